import type { Range } from '@typed-queue/contracts';
import type { Settlement } from '@typed-queue/contracts/wire';
import { sameFailure, type Failure } from './failure.js';
import { SeqRanges } from './ranges.js';

/** What handlers said of the messages of one grant, and the server was not told yet. */
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

  /** Given back, since no handler will take them. */
  release(ranges: readonly Range[]): void {
    if (ranges.length === 0) return;
    this.#count++;
    this.#released = [...this.#released, ...ranges];
  }

  /** Without what is given back: nobody misses that. */
  get ranges(): Range[] {
    return [this.#acks, ...this.#failures.map(({ seqs }) => seqs)].flatMap(({ ranges }) => ranges);
  }

  /** Takes them out, as the server is told. */
  take(token: number): Settlement[] {
    const acks = this.#acks.ranges;
    const settlements: Settlement[] = [
      ...(acks.length === 0 ? [] : [{ token, outcome: { kind: 'ack' } as const, ranges: acks }]),
      ...(this.#released.length === 0
        ? []
        : [{ token, outcome: { kind: 'release' } as const, ranges: this.#released }]),
      ...this.#failures.map(({ outcome, seqs }) => ({ token, outcome, ranges: seqs.ranges })),
    ];
    this.#acks = new SeqRanges();
    this.#failures = [];
    this.#released = [];
    this.#count = 0;
    return settlements;
  }
}
