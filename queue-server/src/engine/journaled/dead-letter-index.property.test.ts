import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DeadLetterIndex } from './dead-letter-index.js';

/** What a letter is to the model. */
interface Letter {
  readonly seq: number;
  readonly group: string;
  hidden: boolean;
}

const GROUPS = ['g', 'h'];
const place = fc.integer({ min: 1, max: 30 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('add'),
    group: fc.constantFrom(...GROUPS),
    count: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constant('move'), from: place, count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    kind: fc.constantFrom('remove', 'hide', 'show'),
    from: place,
    count: fc.integer({ min: 1, max: 5 }),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The index beside a map of single letters. */
class Both {
  readonly index = new DeadLetterIndex();
  readonly letters = new Map<number, Letter>();
  /** The next position, and the next seq: moved letters take seqs, too. */
  #next = 1;

  do(step: Step): void {
    if ('group' in step) {
      for (let n = 0; n < step.count; n++) this.#put(this.#next, this.#next++, step.group);
      return;
    }
    const positions = Array.from({ length: step.count }, (_, at) => step.from + at);
    if (step.kind === 'remove') {
      this.index.remove([step.from, step.from + step.count - 1]);
      for (const position of positions) this.letters.delete(position);
    } else if (step.kind === 'move') {
      for (const position of positions) {
        const letter = this.letters.get(position);
        if (letter !== undefined) this.#put(position, this.#next++, letter.group, letter.hidden);
      }
    } else {
      this.#hide(step.kind === 'hide', positions);
    }
  }

  /** Every letter by its position, as the index has it. */
  get listed(): [number, Letter][] {
    const all: [number, Letter][] = [];
    for (let run = this.index.at(1); run !== undefined; run = this.index.at(run.position + 1)) {
      all.push([run.position, { seq: run.seq, group: run.group, hidden: this.index.isHidden(run.position) }]);
    }
    return all;
  }

  #put(position: number, seq: number, group: string, hidden = false): void {
    this.index.put({ position, seq, group, count: 1, bytes: 10 });
    this.letters.set(position, { seq, group, hidden });
  }

  #hide(hide: boolean, positions: readonly number[]): void {
    const changed = positions.filter((position) => this.letters.get(position)?.hidden === !hide);
    if (hide) expect(this.index.hide(positions)).toEqual(changed);
    else this.index.show(positions);
    for (const position of changed) {
      const letter = this.letters.get(position);
      if (letter !== undefined) letter.hidden = hide;
    }
  }
}

describe('the index of dead letters', () => {
  it('has the seq of each letter, and how many of each group are listed, after any operations', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const both = new Both();
        for (const each of steps) both.do(each);
        const letters = [...both.letters].sort(([one], [other]) => one - other);
        expect(both.listed).toEqual(letters);
        for (const group of GROUPS) {
          const own = letters.filter(([, letter]) => letter.group === group && !letter.hidden);
          expect(both.index.count(group)).toBe(own.length);
        }
        expect(both.index.listed).toBe(letters.filter(([, { hidden }]) => !hidden).length);
        expect(both.index.bytes).toBe(10 * letters.length);
        const seqs = letters.map(([, { seq }]) => seq);
        expect(both.index.firstSeq).toBe(seqs.length === 0 ? undefined : Math.min(...seqs));
      }),
    );
  });
});
