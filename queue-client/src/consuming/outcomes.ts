import type { Outcome, Range, Settlement } from '@typed-queue/contracts';
import { SeqRanges } from './ranges.js';
import { RetryAfter } from './retry-after.js';

type Retry = Extract<Outcome, { kind: 'retry' }>;

/** A reason is for people: what is longer is cut. */
const MAX_REASON = 200;

/** The text of whatever was thrown: handlers throw odd things, and asking them for a text may throw again. */
const textOf = (error: unknown): string => {
  try {
    const text: unknown = error instanceof Error ? error.message : String(error);
    return typeof text === 'string' ? text.slice(0, MAX_REASON) : '';
  } catch {
    return '';
  }
};

/** What an error thrown by a handler says of its message. */
export const retryOf = (error: unknown): Retry => {
  const reason = textOf(error);
  return error instanceof RetryAfter
    ? { kind: 'retry', delayMs: error.delayMs, reason }
    : { kind: 'retry', reason };
};

const same = (a: Retry, b: Retry): boolean => a.delayMs === b.delayMs && a.reason === b.reason;

/** What handlers said of the messages of one grant, and the server was not told yet. */
export class Outcomes {
  #acks = new SeqRanges();
  #retries: { readonly outcome: Retry; readonly seqs: SeqRanges }[] = [];
  #released: readonly Range[] = [];
  #count = 0;

  get empty(): boolean {
    return this.#count === 0;
  }

  ack(seq: number): void {
    this.#count++;
    this.#acks.add(seq);
  }

  retry(seq: number, outcome: Retry): void {
    this.#count++;
    let last = this.#retries.at(-1);
    if (last === undefined || !same(last.outcome, outcome)) {
      last = { outcome, seqs: new SeqRanges() };
      this.#retries.push(last);
    }
    last.seqs.add(seq);
  }

  /** Given back, since no handler will take them. */
  release(ranges: readonly Range[]): void {
    if (ranges.length === 0) return;
    this.#count++;
    this.#released = [...this.#released, ...ranges];
  }

  get ranges(): Range[] {
    return [this.#acks, ...this.#retries.map(({ seqs }) => seqs)].flatMap(({ ranges }) => ranges);
  }

  /** Takes them out, as the server is told. */
  take(token: number): Settlement[] {
    const acks = this.#acks.ranges;
    const settlements: Settlement[] = [
      ...(acks.length === 0 ? [] : [{ token, outcome: { kind: 'ack' } as const, ranges: acks }]),
      ...(this.#released.length === 0
        ? []
        : [{ token, outcome: { kind: 'release' } as const, ranges: this.#released }]),
      ...this.#retries.map(({ outcome, seqs }) => ({ token, outcome, ranges: seqs.ranges })),
    ];
    this.#acks = new SeqRanges();
    this.#retries = [];
    this.#released = [];
    this.#count = 0;
    return settlements;
  }
}
