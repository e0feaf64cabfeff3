import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { frameAt } from '@typed-queue/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainClient, received, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
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
