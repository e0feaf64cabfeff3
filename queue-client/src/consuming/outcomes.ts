import type { Range } from '@typed-queue/contracts';
import type { Outcome, Settlement } from '@typed-queue/contracts/wire';
import { SeqRanges } from '../messages/seq-ranges.js';
import { sameFailure, type Failure } from './failure.js';

/** The outcomes of one grant that were not sent yet. */
export class Outcomes {
  #acks = new SeqRanges();
  #failures: { readonly outcome: Failure; readonly seqs: SeqRanges }[] = [];
  #released: readonly Range[] = [];
  #count = 0;

  get empty(): boolean {
    return this.#count === 0;
  }

  ack(seq: number): void {
    this.#count++;
    this.#acks.add(seq);
  }

  fail(seq: number, outcome: Failure): void {
    this.#count++;
    let last = this.#failures.at(-1);
    if (last === undefined || !sameFailure(last.outcome, outcome)) {
      last = { outcome, seqs: new SeqRanges() };
      this.#failures.push(last);
    }
    last.seqs.add(seq);
  }

  /** No handler will begin these. */
  release(ranges: readonly Range[]): void {
    if (ranges.length === 0) return;
    this.#count++;
    this.#released = [...this.#released, ...ranges];
  }

  /** Without released messages: no handler began them. */
  get ranges(): Range[] {
    return [this.#acks, ...this.#failures.map(({ seqs }) => seqs)].flatMap(({ ranges }) => ranges);
  }

  /** Takes them out. */
  take(token: number): Settlement[] {
    const outcomes: readonly (readonly [Outcome, readonly Range[]])[] = [
      [{ kind: 'ack' }, this.#acks.ranges],
      [{ kind: 'release' }, this.#released],
      ...this.#failures.map(({ outcome, seqs }) => [outcome, seqs.ranges] as const),
    ];
    this.#acks = new SeqRanges();
    this.#failures = [];
    this.#released = [];
    this.#count = 0;
    return outcomes
      .filter(([, ranges]) => ranges.length > 0)
      .map(([outcome, ranges]) => ({ token, outcome, ranges }));
  }
}
