import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyPlay, type PlainStep, type Step } from './key-play.fixture.js';

const some = fc.nat(7);
const plain = (...kinds: PlainStep[]) => fc.constantFrom(...kinds).map((kind): Step => ({ kind }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: plain('turn', 'process', 'deliver', 'deliver') },
  { weight: 4, arbitrary: some.map((most): Step => ({ kind: 'grant', most: most + 1 })) },
  { weight: 4, arbitrary: some.map((handler): Step => ({ kind: 'end', how: 'succeed', handler })) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      how: fc.constantFrom('fail' as const, 'later' as const, 'dead-letter' as const),
      handler: some,
    }),
  },
  { weight: 2, arbitrary: plain('cut', 'connect', 'connect', 'refuse', 'fire', 'drain') },
  { weight: 1, arbitrary: some.map((lease): Step => ({ kind: 'expire', lease })) },
  { weight: 1, arbitrary: some.map((seq): Step => ({ kind: 'seek', to: seq + 1 })) },
);

const keys = fc.array(fc.constantFrom('a', 'a', 'b', 'c', undefined), {
  minLength: 1,
  maxLength: 16,
  size: 'max',
});

it('one message of a key at a time, in its order; nothing is stuck, and the server knows all outcomes', async () => {
  let starts = 0;
  await fc.assert(
    fc.asyncProperty(
      keys,
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom(1, 4, 1_000),
      fc.array(step, { maxLength: 150, size: 'max' }),
      async (given, concurrency, window, steps) => {
        const play = new KeyPlay(given, concurrency, window);
        await play.take({ kind: 'connect' });
        for (const next of steps) await play.take(next);
        expect(await play.finish()).toBe(true);
        expect(play.wrong).toEqual([]);
        await play.take({ kind: 'cut' });
        await play.take({ kind: 'connect' });
        expect(play.tokens).toEqual([]);
        starts += play.starts;
      },
    ),
    { numRuns: 600 },
  );
  expect(starts).toBeGreaterThan(1_000);
});
