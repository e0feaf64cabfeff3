import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const MIB = 1024 * 1024;
const MESSAGES = 24;
const window = { messages: 10_000, bytes: 64 * MIB };

interface Sent {
  readonly subscription: string;
  readonly messages: readonly { readonly seq: number }[];
}

let server: TestServer;
let client: PlainClient;
/** Seqs by subscription. */
let seqs: Map<string, number[]>;

beforeEach(async () => {
  server = await startTestServer({ storage: 'memory', memoryBudget: 64 * MIB });
  client = await plainClient(server.url);
  const path = 'x'.repeat(MIB - 1_000);
  for (let n = 0; n < MESSAGES; n++) {
    await client.value('publish', 'files', {
      event: 'save',
      payload: { path, bytes: 1, sha256: 'a', durationMs: 1 },
    });
  }
  seqs = new Map();
});
afterEach(async () => {
  client.socket.disconnect();
  await server.close();
});

/** Sends the requests, reads nothing for a while, and then everything. */
const readLate = async (event: string, requests: readonly (readonly [string, object])[]): Promise<void> => {
  const total = requests.length * MESSAGES;
  let count = 0;
  const all = new Promise<void>((resolve) => {
    client.socket.on(event, ({ subscription, messages }: Sent) => {
      const known = seqs.get(subscription) ?? [];
      seqs.set(subscription, [...known, ...messages.map(({ seq }) => seq)]);
      count += messages.length;
      if (count === total) resolve();
    });
  });
  // Safe: in Node the transport of this client has a WebSocket of `ws`, which can be paused.
  const { ws } = client.socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
  for (const [kind, request] of requests) client.socket.emit(kind, request);
  ws.pause();
  const other = await plainClient(server.url);
  // A while, counted in answers to another client: meanwhile the server sends what the windows and its memory allow.
  for (let answers = 0; answers < 200; answers++) await other.value('queues');
  other.socket.disconnect();
  ws.resume();
  await all;
};
const inOrder = Array.from({ length: MESSAGES }, (_, index) => index + 1);

it('tails with windows of 64 MiB get everything when their client reads late, and it is not cut off', async () => {
  const tails = ['a', 'b', 'c'].map((subscription): [string, object] => [
    'tail',
    { subscription, queue: 'files', from: 'start', window },
  ]);
  await readLate('replay', tails);
  expect([...seqs.values()]).toEqual([inOrder, inOrder, inOrder]);
  expect(client.socket.connected).toBe(true);
});

it('members of groups with windows of 64 MiB get everything when their client reads late, and it is not cut off', async () => {
  const members = ['a', 'b', 'c'].map((group): [string, object] => [
    'subscribe',
    { subscription: group, queue: 'files', group, window },
  ]);
  await readLate('grant', members);
  expect([...seqs.values()]).toEqual([inOrder, inOrder, inOrder]);
  expect(client.socket.connected).toBe(true);
});
