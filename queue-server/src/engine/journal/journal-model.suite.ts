import { expect } from '@jest/globals';
import fc from 'fast-check';
import { frameOf, readBack } from './journal.fixture.js';
import type { Journal } from './journal.js';

/** A journal that a test opens, and opens again. */
export interface TriedJournal {
  open(): Promise<Journal>;
  /** After the journal was closed: what was stored must be there when it is opened again. */
  restart(): Promise<void>;
  /** After the journal was closed for the last time. */
  end(): Promise<void>;
}

type Step =
  | { readonly kind: 'append'; readonly counts: readonly number[] }
  | { readonly kind: 'read'; readonly from: number; readonly maxBytes: number }
  | { readonly kind: 'drop'; readonly before: number }
  | { readonly kind: 'roll' }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    counts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
  }),
  fc.record({ kind: fc.constant('read' as const), from: fc.nat(80), maxBytes: fc.nat(1500) }),
  fc.record({ kind: fc.constant('drop' as const), before: fc.nat(60) }),
  fc.record({ kind: fc.constantFrom('roll' as const) }),
  fc.record({ kind: fc.constantFrom('restart' as const) }),
);

/** Options that every journal should be tried with. */
export const triedOptions = {
  segmentBytes: fc.integer({ min: 300, max: 3000 }),
  cacheBytes: fc.constantFrom(0, 1000, 100_000),
};

/** A journal, and the list of texts that it should be. */
class Compared {
  readonly #tried: TriedJournal;
  readonly #model: string[] = [];
  #journal: Journal | undefined;

  constructor(tried: TriedJournal) {
    this.#tried = tried;
  }

  async open(): Promise<Journal> {
    return (this.#journal ??= await this.#tried.open());
  }

  async run(one: Step): Promise<void> {
    const journal = await this.open();
    switch (one.kind) {
      case 'append':
        await Promise.all(one.counts.map((count) => this.#append(journal, count)));
        break;
      case 'read':
        await this.#read(journal, one.from, one.maxBytes);
        break;
      case 'roll':
        await journal.roll();
        break;
      case 'drop': {
        const before = journal.firstSeq;
        await journal.dropBefore(one.before);
        expect(journal.firstSeq).toBeLessThanOrEqual(Math.max(one.before, before));
        break;
      }
      case 'restart':
        await journal.close();
        await this.#tried.restart();
        this.#journal = undefined;
    }
    expect((await this.open()).nextSeq).toBe(this.#model.length + 1);
  }

  async finish(): Promise<void> {
    const journal = await this.open();
    const { texts, gaps } = await readBack(journal);
    expect(gaps).toEqual([]);
    expect([...texts.values()]).toEqual(this.#model.slice(journal.firstSeq - 1));
    await journal.close();
    await this.#tried.end();
  }

  #append(journal: Journal, count: number): Promise<void> {
    const texts = Array.from({ length: count }, (_, index) => `${this.#model.length + index}`);
    this.#model.push(...texts);
    return journal.append(frameOf(texts)).durable;
  }

  async #read(journal: Journal, from: number, maxBytes: number): Promise<void> {
    const { firstSeq } = journal;
    const items = await journal.read(from, maxBytes);
    const start = Math.max(1, from);
    const removed = { from: start, to: firstSeq - 1, reason: 'retention' };
    const missing = start < firstSeq ? [{ kind: 'gap', gap: removed }] : [];
    expect(items.filter(({ kind }) => kind === 'gap')).toEqual(missing);
    const seq = Math.max(start, firstSeq);
    const item = items[missing.length];
    const frame = item?.kind === 'frame' ? item.frame : undefined;
    const expected = this.#model[seq - 1];
    expect(frame?.payloadText(seq - frame.firstSeq)).toBe(
      expected === undefined ? undefined : JSON.stringify(expected),
    );
  }
}

/** Runs the same random operations on a journal and on a list, and expects the same results after each. */
export const compareWithLists = <Options>(
  options: fc.Arbitrary<Options>,
  numRuns: number,
  start: (options: Options) => TriedJournal,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(options, fc.array(step, { maxLength: 25, size: 'max' }), async (chosen, steps) => {
      const compared = new Compared(start(chosen));
      for (const one of steps) await compared.run(one);
      await compared.finish();
    }),
    { numRuns },
  );
