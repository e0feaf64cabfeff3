import { expect, it } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { plainClient } from './plain-client.fixture.js';
import { startTestServer } from './testing.js';

setFlagsFromString('--expose-gc');
// Safe: the flag above makes it a function of every new context.
const collectGarbage = runInNewContext('gc') as () => void;

/** What is in use. What just ended may hold memory until the event loop has turned. */
const heapBytes = async (): Promise<number> => {
  for (let rounds = 0; rounds < 3; rounds++) {
    collectGarbage();
    await new Promise(setImmediate);
  }
  return process.memoryUsage().heapUsed;
};

/** Other objects that come onto the heap meanwhile count only when they come in each of the batches. */
const BATCHES = 4;
/** Enough groups for objects that are there once to be negligible in the average. */
const BATCH = 1_000;
/** Leaves room for what is outside of the heap: a group may take 10 kB. */
const MAX_HEAP_BYTES = 9_000;

it('a group whose member has nothing to do takes less than 9 kB of the heap', async () => {
  const server = await startTestServer({
    storage: 'memory',
    maxGroups: 10_000,
    maxGroupsPerConnection: 10_000,
    maxSubscriptions: 10_000,
  });
  const client = await plainClient(server.url);
  const join = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) {
      const subscription = `subscription-${n}`;
      await client.value('subscribe', { subscription, queue: 'files', group: `group-${n}`, start: 'now' });
    }
  };
  // The first ones also compile what the others run.
  await join(0, 300);
  const each: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const before = await heapBytes();
    const from = 300 + batch * BATCH;
    await join(from, from + BATCH);
    each.push(((await heapBytes()) - before) / BATCH);
  }
  client.socket.disconnect();
  await server.close();
  expect(Math.min(...each)).toBeLessThan(MAX_HEAP_BYTES);
});
