import { afterEach, describe, expect, it } from '@jest/globals';
import { MINUTE, newId } from '@typed-queue/contracts';
import { encodeFrame, frameAt } from '@typed-queue/contracts/wire';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { plainClient, received, type PlainClient } from './plain-client.fixture.js';
import { served } from './served.fixture.js';
import { startTestServer } from './testing.js';
import { identityOf } from './transport/client-identity.js';

const SECRET = 'a secret of 32 characters or more';
const CLIENT = newId();
const payload = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const subscribe = { subscription: 'work', queue: 'files', group: 'g' };
const ack = { kind: 'ack' };

const clients: PlainClient[] = [];
const open = async (auth: Readonly<Record<string, unknown>>): Promise<PlainClient> => {
  const client = await plainClient(now.server.url, auth);
  clients.push(client);
  return client;
};
const closeAll = (): void => {
  for (const { socket } of clients.splice(0)) socket.disconnect();
};

afterEach(closeAll);
// After the clients: a server waits for what its members hold.
const now = served();

/** Subscribes, and holds one message; returns its token. */
const holding = async (client: PlainClient): Promise<number> => {
  const granted = received(client.socket, 'grant', 1);
  await client.value('subscribe', subscribe);
  await client.value('publish', 'files', { event: 'save', payload });
  return ((await granted) as [{ token: number }])[0].token;
};

/** Everything that a client without the secret can read of a group. */
const allShown = async (): Promise<string> => {
  const shown = [
    await now.client.ask('groups', 'files'),
    await now.client.ask('dead-letters', 'files', {}),
    await now.client.ask('group:delete', 'files', 'g'),
    await now.client.ask('subscribe', { ...subscribe, settings: { maxAttempts: 1 } }),
  ];
  return JSON.stringify(shown);
};

describe.each([
  ['a secret', SECRET, { protocolVersion: 2, secret: SECRET, name: 'logger' }],
  ['the id of version 1', CLIENT, { protocolVersion: 1, client: CLIENT }],
])('a member that shows %s', (_, secret, auth) => {
  it('comes back to its leases', async () => {
    const token = await holding(await open(auth));
    closeAll();
    const back = await open(auth);
    expect(await back.value('subscribe', { ...subscribe, tokens: [token] })).toMatchObject({
      tokens: [token],
    });
    expect(await back.value('settle', 'work', [{ token, outcome: ack }])).toBeNull();
  });

  it('is shown to others only by its name', async () => {
    const member = await open(auth);
    const token = await holding(member);
    await member.value('settle', 'work', [{ token, outcome: { kind: 'dead-letter' } }]);
    const shown = await allShown();
    expect(shown).toContain('work');
    expect(shown).not.toContain(secret);
  });
});

it('the secrets of clients are in no line of the log', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const server = await startTestServer({ storage: 'memory', logger });
  for (const auth of [{ secret: SECRET, name: 'logger' }, { client: CLIENT }, { secret: 'too short' }]) {
    await plainClient(server.url, auth).then(
      ({ socket }) => socket.disconnect(),
      () => undefined,
    );
  }
  await server.close();
  expect(lines.join()).toContain('"client":"logger"');
  for (const secret of [SECRET, CLIENT, 'too short']) expect(lines.join()).not.toContain(secret);
});

it('neither the secret of a client nor its digest is on the disk', async () => {
  const member = await open({ secret: SECRET, name: 'logger' });
  const token = await holding(member);
  await member.value('settle', 'work', [{ token, outcome: { kind: 'dead-letter' } }]);
  const entries = await readdir(now.dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
  );
  const onDisk = (text: string): boolean => texts.some((each) => each.includes(text));
  const digest = identityOf({ secret: SECRET }, '').key;
  expect(['logger/work', SECRET, digest].map(onDisk)).toEqual([true, false, false]);
});

describe('a stranger', () => {
  it('that knows the name, the subscription and the token of a member cannot take its lease', async () => {
    const member = await open({ secret: SECRET, name: 'logger' });
    const revoked: unknown[] = [];
    member.socket.on('revoke', (revocation) => revoked.push(revocation));
    const token = await holding(member);
    const shown = { name: 'logger', client: newId() };
    for (const auth of [shown, { ...shown, secret: `${SECRET}.` }]) {
      const stranger = await open(auth);
      expect(await stranger.value('subscribe', { ...subscribe, tokens: [token] })).toMatchObject({
        tokens: [],
      });
      for (const outcome of [ack, { kind: 'extend' }, { kind: 'release' }]) {
        expect(await stranger.refusal('settle', 'work', [{ token, outcome }])).toMatchObject({
          code: 'lease_lost',
        });
      }
    }
    expect(await member.value('settle', 'work', [{ token, outcome: ack }])).toBeNull();
    expect(revoked).toEqual([]);
  });

  it('that connects without a secret never comes back to a lease', async () => {
    const token = await holding(await open({ name: 'plain' }));
    closeAll();
    const again = await open({ name: 'plain' });
    expect(await again.value('subscribe', { ...subscribe, tokens: [token] })).toMatchObject({ tokens: [] });
  });
});

describe('a producer', () => {
  const producer = newId();
  const frame = (firstNumber: number): Uint8Array =>
    encodeFrame([{ id: newId(), event: 'save', payload: JSON.stringify(payload) }], { producer, firstNumber })
      .bytes;
  const publish = (client: PlainClient, bytes: Uint8Array): Promise<unknown> =>
    client.value('publish:frame', 'files', bytes);

  it.each<[string, object]>([
    ['another secret', { secret: `${SECRET}.` }],
    ['no secret', {}],
  ])('that another client uses, with %s, makes no publish of its owner a duplicate', async (_, auth) => {
    const owner = await open({ secret: SECRET });
    const other = await open({ ...auth });
    await publish(owner, frame(1));
    for (let number = 2; number <= 4; number++) await publish(other, frame(number));
    for (let number = 2; number <= 4; number++) {
      expect(await publish(owner, frame(number))).toMatchObject({ firstSeq: number + 3, duplicates: [] });
    }
  });

  it('that another client uses pushes no frame of its owner out of memory', async () => {
    let time = Date.now();
    const server = await startTestServer({ storage: 'memory', engine: { now: () => time } });
    const owner = await plainClient(server.url, { secret: SECRET });
    const other = await plainClient(server.url);
    clients.push(owner, other);
    const first = frame(1);
    await publish(owner, first);
    for (let number = 2; number <= 100; number++) {
      // In minutes, so that the ids of the first are forgotten.
      time += MINUTE;
      await publish(other, frame(number));
    }
    expect(await publish(owner, first)).toMatchObject({ duplicates: [{ index: 0, seq: 1 }] });
    closeAll();
    await server.close();
  });

  it('that uses a number again loses nothing', async () => {
    const owner = await open({ secret: SECRET });
    await publish(owner, frame(1));
    expect(await publish(owner, frame(1))).toMatchObject({ firstSeq: 2, duplicates: [] });
  });

  it('may leave numbers out', async () => {
    const owner = await open({ secret: SECRET });
    const [first, second] = [frame(1), frame(1_000_000)];
    await publish(owner, first);
    await publish(owner, second);
    expect(await publish(owner, first)).toMatchObject({ duplicates: [{ index: 0, seq: 1 }] });
    expect(await publish(owner, second)).toMatchObject({ duplicates: [{ index: 0, seq: 2 }] });
  });

  it('is not shown to readers of its frames', async () => {
    const replayed = new Promise<Buffer>((resolve) =>
      now.client.socket.once('replay:frame', (_: unknown, bytes: Buffer) => resolve(bytes)),
    );
    await publish(await open({ secret: SECRET }), frame(1));
    await now.client.value('tail', { subscription: 't', queue: 'files', from: 'start', form: 'frame' });
    const bytes = await replayed;
    expect(frameAt(bytes)).toMatchObject({ kind: 'frame', frame: { count: 1 } });
    expect(bytes.toString('hex')).not.toContain(producer.replaceAll('-', ''));
  });
});
