import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeFrame, frameAt, newId } from '@typed-queue/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainClient, received, type PlainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const LONG = 'x'.repeat(1_100_000);
const publication = { event: 'save', payload: save };

let dataDir: string;
let server: TestServer;
let client: PlainClient;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'server-test-'));
  server = await startTestServer({ dataDir });
  client = await plainClient(server.url);
});

afterEach(async () => {
  client.socket.disconnect();
  await server.close();
  await rm(dataDir, { recursive: true });
});

describe('a plain Socket.IO client that publishes', () => {
  it('gets a receipt on disk, and the next seq with each message', async () => {
    const first = await client.value('publish', 'files', publication);
    expect(first).toMatchObject({ seq: 1, duplicate: false, durability: 'disk' });
    expect(await client.value('publish', 'files', publication)).toMatchObject({ seq: 2 });
    expect(
      await client.value('publish', 'database', {
        event: 'read',
        payload: { model: 'product', id: '1', count: 1 },
      }),
    ).toMatchObject({ seq: 1 });
  });

  it('stores an id once', async () => {
    const id = newId();
    await client.value('publish', 'files', { ...publication, id });
    expect(await client.value('publish', 'files', { ...publication, id })).toMatchObject({
      id,
      seq: 1,
      duplicate: true,
    });
    expect(await client.value('publish', 'files', publication)).toMatchObject({ seq: 2, duplicate: false });
  });

  it('has each message of an array answered by itself', async () => {
    const id = newId();
    const answers = await client.value('publish', 'files', [
      { ...publication, id },
      { event: 'save', payload: { ...save, bytes: -1 } },
      { ...publication, id },
      publication,
    ]);
    expect(answers).toMatchObject([
      { ok: true, value: { id, seq: 1, duplicate: false } },
      { ok: false, error: { code: 'payload_invalid', retryable: false } },
      { ok: true, value: { id, seq: 1, duplicate: true } },
      { ok: true, value: { seq: 2, duplicate: false } },
    ]);
  });

  it.each([
    ['queue_unknown', 'nothing', publication],
    ['queue_unknown', '__proto__', publication],
    ['queue_unknown', 7, publication],
    ['event_unknown', 'database', { event: 'udpate', payload: {} }],
    ['event_unknown', 'files', { event: 'constructor', payload: {} }],
    ['payload_invalid', 'files', { event: 'save', payload: { path: '/tmp/a', bytes: 1, sha256: 'abc' } }],
    ['payload_invalid', 'files', { event: 'save', payload: { ...save, more: true } }],
    ['payload_invalid', 'files', { event: 'save' }],
    ['message_invalid', 'files', { ...publication, id: 'mine' }],
    ['message_invalid', 'files', { ...publication, headers: { key: 1 } }],
    ['message_invalid', 'files', { ...publication, header: {} }],
    ['message_invalid', 'files', null],
    ['message_too_large', 'files', { event: 'save', payload: { ...save, path: LONG } }],
    ['request_invalid', 'files', []],
  ])(
    'is refused with %s for queue %j and message %j, and nothing is stored',
    async (code, queue, message) => {
      const error = await client.refusal('publish', queue, message);
      expect(error).toEqual({
        code,
        message: expect.stringMatching(/\w{3,}.*\.$/s),
        details: expect.anything(),
        retryable: false,
      });
      expect(await client.value('publish', 'files', publication)).toMatchObject({ seq: 1 });
      expect(
        await client.value('publish', 'database', {
          event: 'read',
          payload: { model: 'm', id: '1', count: 1 },
        }),
      ).toMatchObject({ seq: 1 });
    },
  );

  it('is told of a request that does not exist, and one without a callback harms nobody', async () => {
    expect(await client.refusal('publsih', 'files', publication)).toMatchObject({ code: 'request_invalid' });
    client.socket.emit('publish', 'files', { event: 'nothing' });
    client.socket.emit('subscribe');
    expect(await client.value('publish', 'files', publication)).toMatchObject({ seq: 1 });
  });
});

describe('a client that publishes frames', () => {
  const draft = (payload: unknown, event = 'save') => ({
    id: newId(),
    event,
    payload: JSON.stringify(payload),
  });

  it('gets the seqs of those that are new, and reasons for those that are refused', async () => {
    const good = draft(save);
    const frame = encodeFrame([draft({}), good, draft(save, 'saev'), good, draft(save)], {
      producer: newId(),
      firstNumber: 1,
    });
    expect(await client.value('publish:frame', 'files', frame.bytes)).toMatchObject({
      firstSeq: 1,
      refused: [
        { index: 0, error: { code: 'payload_invalid' } },
        { index: 2, error: { code: 'event_unknown' } },
      ],
      duplicates: [{ index: 3, seq: 1 }],
    });
    expect(await client.value('publish', 'files', publication)).toMatchObject({ seq: 3 });
  });

  it('gets the same seqs when it sends a frame again, also after a restart', async () => {
    const { bytes } = encodeFrame([draft(save), draft(save)], { producer: newId(), firstNumber: 1 });
    await client.value('publish:frame', 'files', bytes);
    const again = {
      duplicates: [
        { index: 0, seq: 1 },
        { index: 1, seq: 2 },
      ],
    };
    expect(await client.value('publish:frame', 'files', bytes)).toMatchObject(again);
    await server.close();
    server = await startTestServer({ dataDir });
    client = await plainClient(server.url);
    expect(await client.value('publish:frame', 'files', bytes)).toMatchObject(again);
    expect(await client.value('publish', 'files', publication)).toMatchObject({ seq: 3 });
  });

  it.each([
    ['frame_invalid', Buffer.from('nothing like a frame')],
    ['frame_too_large', Buffer.alloc(4 * 1024 * 1024 + 1)],
    ['request_invalid', 'text'],
  ])('is refused with %s for foreign bytes', async (code, bytes) => {
    expect(await client.refusal('publish:frame', 'files', bytes)).toMatchObject({ code, retryable: false });
  });
});

describe('a member of a group', () => {
  const subscribe = { subscription: 's', queue: 'files', group: 'g' };

  it('gets what was published before it came, and nothing twice after its ack', async () => {
    for (let n = 0; n < 3; n++) await client.value('publish', 'files', publication);
    const granted = received(client.socket, 'grant', 1);
    expect(await client.value('subscribe', subscribe)).toMatchObject({ floor: 1, tokens: [] });
    const [grant] = (await granted) as [{ token: number; messages: { seq: number }[] }];
    expect(grant).toMatchObject({
      subscription: 's',
      messages: [{ seq: 1, attempt: 1, payload: save }, { seq: 2 }, { seq: 3 }],
    });
    await client.value('settle', 's', [{ token: grant.token, outcome: { kind: 'ack' } }]);
    await client.value('unsubscribe', 's');
    expect(await client.value('subscribe', subscribe)).toMatchObject({ floor: 4 });
  });

  it('shares the messages with other members, and what one releases goes to another', async () => {
    const other = await plainClient(server.url);
    const first = received(client.socket, 'grant', 1);
    await client.value('subscribe', subscribe);
    await client.value('publish', 'files', publication);
    const [grant] = (await first) as [{ token: number }];
    const second = received(other.socket, 'grant', 1);
    await other.value('subscribe', subscribe);
    await client.value('unsubscribe', 's');
    expect(await second).toMatchObject([{ messages: [{ seq: 1, attempt: 1 }] }]);
    expect(
      await other.refusal('settle', 's', [{ token: grant.token, outcome: { kind: 'ack' } }]),
    ).toMatchObject({
      code: 'lease_lost',
    });
    other.socket.disconnect();
  });

  it('gets bytes when it asks for frames', async () => {
    await client.value('publish', 'files', publication);
    const granted = new Promise<[unknown, Buffer]>((resolve) =>
      client.socket.once('grant:frame', (header: unknown, bytes: Buffer) => resolve([header, bytes])),
    );
    await client.value('subscribe', { ...subscribe, form: 'frame' });
    const [header, bytes] = await granted;
    expect(header).toMatchObject({ subscription: 's', attempts: [] });
    expect(frameAt(bytes)).toMatchObject({ kind: 'frame', frame: { firstSeq: 1, count: 1 } });
  });

  it('is refused for what it may not do', async () => {
    await client.value('subscribe', subscribe);
    expect(await client.refusal('subscribe', subscribe)).toMatchObject({ code: 'subscription_exists' });
    expect(await client.refusal('settle', 'other', [])).toMatchObject({ code: 'subscription_unknown' });
    expect(await client.refusal('unsubscribe', 'other')).toMatchObject({ code: 'subscription_unknown' });
    expect(
      await client.refusal('subscribe', { ...subscribe, subscription: 't', queue: 'none' }),
    ).toMatchObject({ code: 'queue_unknown' });
    expect(await client.refusal('subscribe', { ...subscribe, group: 'a/b', start: 'soon' })).toMatchObject({
      code: 'request_invalid',
      details: { issues: [{ path: 'group' }, { path: 'start' }] },
    });
    expect(await client.refusal('settle', 's', [{ token: 1, outcome: { kind: 'ack' } }])).toMatchObject({
      code: 'lease_lost',
    });
    expect(await client.refusal('settle', 's', [{ token: 1, outcome: { kind: 'done' } }])).toMatchObject({
      code: 'request_invalid',
    });
  });
});

describe('a server', () => {
  it('refuses to share its folder, and gives it free when it is closed', async () => {
    await expect(startTestServer({ dataDir })).rejects.toMatchObject({
      code: 'data_dir_in_use',
    });
    await server.close();
    server = await startTestServer({ dataDir });
  });

  it('refuses a client of another protocol version, and says which it speaks', async () => {
    await expect(plainClient(server.url, { protocolVersion: 2 })).rejects.toMatchObject({
      data: { code: 'protocol_unsupported', details: { server: 1, client: 2 } },
    });
  });

  it('tells that it lives and is ready', async () => {
    for (const page of ['livez', 'readyz']) {
      const response = await fetch(`${server.url}/${page}`);
      expect([response.status, await response.json()]).toMatchObject([200, { status: 'ok' }]);
    }
  });

  it('lets no page of a browser in that is not listed', async () => {
    const polling = `${server.url}/socket.io/?EIO=4&transport=polling`;
    expect((await fetch(polling, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await fetch(polling)).status).toBe(200);
  });
});
