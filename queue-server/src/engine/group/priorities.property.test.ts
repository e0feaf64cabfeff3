import { describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import * as fc from 'fast-check';
import { Priorities, type Ready } from './priorities.js';

interface Message {
  readonly priority: number;
  /** 0: none. */
  readonly keyHash: number;
}

const someMessages: fc.Arbitrary<readonly Message[]> = fc.array(
  fc.record({ priority: fc.integer({ min: 0, max: 9 }), keyHash: fc.constantFrom(0, 0, 0, 7, 8) }),
  { minLength: 1, maxLength: 300 },
);

/** Messages 1, 2, 3 …, all ready, and the priorities that a group learned of them. */
class World {
  readonly ready: Set<number>;
  readonly messages: readonly Message[];
  readonly #priorities = new Priorities(1);
  /** Messages that were handed out before. */
  readonly #before = new Set<number>();

  constructor(messages: readonly Message[]) {
    this.messages = messages;
    this.ready = new Set(messages.map((_, index) => index + 1));
    const entries = messages.map((message, index) => ({ seq: index + 1, ...message }));
    this.#priorities.learn(
      entries.filter(({ priority, keyHash }) => priority > 0 || keyHash > 0),
      messages.length + 1,
    );
  }

  get oldest(): number {
    return Math.min(...this.ready);
  }

  /** Hands out messages, at most `limit`. */
  claim(limit: number): readonly number[] {
    const ranges = [...this.ready].sort((one, other) => one - other).map((seq): Range => [seq, seq]);
    const next = this.#priorities.next(this.#sorted(ranges), limit);
    const seqs = next.ranges.flatMap(([from, to]) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index),
    );
    for (const seq of seqs) this.ready.delete(seq);
    this.#priorities.handedOut(next.ranges, next.overtaking);
    for (const seq of seqs) this.#before.add(seq);
    return seqs;
  }

  #sorted(ranges: readonly Range[]): Ready {
    const isBack = ([seq]: Range): boolean => this.#before.has(seq);
    return { fresh: ranges.filter((range) => !isBack(range)), returned: ranges.filter(isBack) };
  }

  /** What a ready message counts as: no more than those before it of its key. */
  levelOf(seq: number): number {
    const { keyHash } = this.#of(seq);
    const before = [...this.ready].filter((other) => other <= seq && this.#of(other).keyHash === keyHash);
    const counting = keyHash === 0 ? [seq] : before;
    return Math.min(...counting.map((other) => this.#of(other).priority));
  }

  /** The oldest of the highest priority. */
  get best(): number {
    const highest = Math.max(...[...this.ready].map((seq) => this.levelOf(seq)));
    return Math.min(...[...this.ready].filter((seq) => this.levelOf(seq) === highest));
  }

  #of(seq: number): Message {
    return this.messages[seq - 1] ?? { priority: 0, keyHash: 0 };
  }
}

describe('the order in which a group with priorities hands out what is ready', () => {
  it('is, one by one: the best, or the oldest after nine that overtook it', () => {
    fc.assert(
      fc.property(someMessages, (messages) => {
        const world = new World(messages);
        let overtaken = 0;
        while (world.ready.size > 0) {
          const { best, oldest } = world;
          const expected = overtaken < 9 ? best : oldest;
          overtaken = expected === oldest ? Math.max(0, overtaken - 9) : overtaken + 1;
          expect(world.claim(1)).toEqual([expected]);
        }
      }),
    );
  });

  it('gives the oldest one a tenth of all hand-outs, and never more than 98 before it, whatever is claimed at once', () => {
    const someSteps = fc.array(
      fc.record({
        limit: fc.integer({ min: 1, max: 200 }),
        back: fc.array(fc.integer({ min: 1, max: 300 })),
      }),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(someMessages, someSteps, (messages, steps) => {
        const world = new World(messages);
        let waited = 0;
        for (const { limit, back } of steps) {
          const { oldest } = world;
          const seqs = world.claim(limit);
          waited = seqs.includes(oldest) ? 0 : waited + seqs.length;
          expect(waited).toBeLessThanOrEqual(98);
          // Returned by their members.
          for (const seq of back) if (seq <= messages.length) world.ready.add(seq);
        }
      }),
    );
  });

  it('hands out every message once, and those of one key in their order', () => {
    const someLimits = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(someMessages, someLimits, (messages, limits) => {
        const world = new World(messages);
        const seqs: number[] = [];
        for (let claim = 0; world.ready.size > 0; claim++)
          seqs.push(...world.claim(limits[claim % limits.length] ?? 1));
        expect([...seqs].sort((one, other) => one - other)).toEqual(messages.map((_, index) => index + 1));
        for (const hash of [7, 8]) {
          const ofKey = seqs.filter((seq) => messages[seq - 1]?.keyHash === hash);
          expect(ofKey).toEqual([...ofKey].sort((one, other) => one - other));
        }
      }),
    );
  });
});
