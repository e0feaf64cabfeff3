import { expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import * as fc from 'fast-check';
import { startTestQueue } from '../testing.js';
import { ChainWriter, chainOf, storedChain } from './event-chain.fixture.js';

const WRITERS = 8;
const KEYS = ['hot', 'cold'];

/** How many events of which key are added at once. */
const step = fc.record({
  key: fc.constantFrom('hot', 'hot', ...KEYS),
  count: fc.integer({ min: 1, max: 3 }),
});
const plan = fc.record({
  writers: fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), {
    minLength: WRITERS,
    maxLength: WRITERS,
  }),
  crashes: fc.array(fc.constantFrom('before-append' as const, 'after-append' as const), { maxLength: 3 }),
});

it('of eight writers of one key no update is lost, whatever batches they write and however often the server is killed', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ writers: plans, crashes }) => {
      const server = await startTestQueue(contract, { storage: 'disk' });
      const writers = plans.map((_, n) => new ChainWriter(server.connect(), `writer ${n}`));
      const writing = Promise.all(
        plans.map(async (steps, n) => {
          for (const { key, count } of steps) await writers[n]?.add(key, count);
        }),
      );
      const isOver = writing.then(() => true);
      for (const point of crashes) {
        // Where nothing is appended any more, there is no such point.
        if (await Promise.race([isOver, server.crash(point).then(() => false)])) break;
        await server.restart();
      }
      await writing;
      const lengths = new Map(KEYS.map((key) => [key, 0]));
      for (const { key, count } of plans.flat()) lengths.set(key, (lengths.get(key) ?? 0) + count);
      const stored = await storedChain(server.client);
      const byKey = KEYS.flatMap((key) => [...stored.values()].filter((event) => event.startsWith(key)));
      expect(byKey).toEqual(chainOf(lengths));
      const acked = new Map(writers.flatMap((writer) => [...writer.acked]).toSorted(([a], [b]) => a - b));
      expect(acked).toEqual(stored);
      await server.close();
    }),
    { numRuns: 10 },
  );
});
