import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, fingerprintOf } from '@typed-queue/contracts';
import { plainClient, received, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const publication = { event: 'save', payload: { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 } };
const subscribe = { subscription: 's', queue: 'files', group: 'g' };

let server: TestServer;
let one: PlainClient;
let other: PlainClient;

beforeEach(async () => {
  server = await startTestServer({ storage: 'memory', engine: { maxUnsettled: 3 } });
  one = await plainClient(server.url);
  other = await plainClient(server.url);
});
afterEach(async () => {
  one.socket.disconnect();
  other.socket.disconnect();
  await server.close();
});

describe('a member of a group', () => {
  it('is answered with what its queue is served by', async () => {
    expect(await one.value('subscribe', subscribe)).toEqual({
      epoch: expect.any(String),
      life: expect.any(String),
      floor: 1,
      leaseMs: 30_000,
      tokens: [],
      contract: { fingerprint: fingerprintOf(contract.files), since: 1 },
    });
  });

  it('is refused settings that differ from those of others', async () => {
    await one.value('subscribe', { ...subscribe, settings: { events: ['save'] } });
    const settings = { events: ['error'] };
    expect(await other.refusal('subscribe', { ...subscribe, settings })).toMatchObject({
      code: 'group_conflict',
      retryable: true,
    });
    await one.value('unsubscribe', 's');
    await other.value('subscribe', { ...subscribe, settings });
    expect(await one.value('groups', 'files')).toMatchObject([{ settings }]);
  });

  it('gets stalled, as all others, when too much is unsettled', async () => {
    const notices = [one, other].map(({ socket }) => received(socket, 'stalled', 1));
    for (const client of [one, other]) await client.value('subscribe', subscribe);
    for (let n = 0; n < 5; n++) await one.value('publish', 'files', publication);
    const stalled = [{ queue: 'files', group: 'g', unsettled: 3 }];
    expect(await Promise.all(notices)).toEqual([stalled, stalled]);
  });

  it('hears nothing of a group that it left, also not with another subscription to another group', async () => {
    const heard: string[] = [];
    other.socket.onAny((event: string) => heard.push(event));
    await other.value('subscribe', { ...subscribe, subscription: 'left' });
    await other.value('subscribe', { ...subscribe, group: 'h', settings: { events: ['error'] } });
    await other.value('unsubscribe', 'left');
    const stalled = received(one.socket, 'stalled', 1);
    await one.value('subscribe', subscribe);
    for (let n = 0; n < 5; n++) await one.value('publish', 'files', publication);
    await stalled;
    await other.value('queues');
    expect(heard).toEqual([]);
  });
});
