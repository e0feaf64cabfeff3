import { READY, sameState, SETTLED, type MessageState } from './message-state.js';

/** Consecutive messages in the same state; both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly state: MessageState;
}

/**
 * The state of every message from `start` to before `end`, run-length encoded: messages that are claimed and settled in
 * bulk cost a few runs, one with another state than its neighbours costs one.
 */
export class StateRuns {
  #runs: Run[] = [];
  #end: number;
  #unsettled = 0;

  constructor(start: number) {
    this.#end = start;
  }

  /** The first seq that has no state yet. */
  get end(): number {
    return this.#end;
  }
  /** How many messages are not settled. */
  get unsettled(): number {
    return this.#unsettled;
  }
  get size(): number {
    return this.#runs.length;
  }

  all(): readonly Run[] {
    return this.#runs;
  }

  /** Gives messages at the end their first state, up to and including a seq. */
  extend(to: number, state: MessageState): void {
    if (to < this.#end) return;
    this.#splice(this.#runs.length, 0, [{ from: this.#end, to, state }]);
    if (state.kind !== 'settled') this.#unsettled += to - this.#end + 1;
    this.#end = to + 1;
  }

  /** Restores the settled state of a message that was trimmed, and of all later ones that were. */
  recall(from: number): void {
    const start = this.#runs[0]?.from ?? this.#end;
    if (from < start) this.#splice(0, 0, [{ from, to: start - 1, state: SETTLED }]);
  }

  /** Puts messages into a state, whether they had one before or not. */
  restore(from: number, to: number, state: MessageState): void {
    this.extend(to, READY);
    this.change(from, to, () => state);
  }

  /** The runs within a range, cut at its ends. */
  within(from: number, to: number): Run[] {
    return [...this.scan(from, to)];
  }

  /** The same one by one, for callers that stop early. Nothing may change during the scan. */
  *scan(from: number, to: number): Generator<Run, undefined> {
    for (let at = this.#find(from); at < this.#runs.length; at++) {
      const run = this.#runs[at];
      if (run === undefined || run.from > to) return;
      yield { ...run, from: Math.max(run.from, from), to: Math.min(run.to, to) };
    }
  }

  /** Changes the state of the messages within a range; returns the runs that became another, in their new state. */
  change(from: number, to: number, next: (state: MessageState) => MessageState): Run[] {
    const first = this.#find(from);
    const before: Run[] = [];
    const changed: Run[] = [];
    let at = first;
    for (; at < this.#runs.length; at++) {
      const run = this.#runs[at];
      if (run === undefined || run.from > to) break;
      const low = Math.max(run.from, from);
      const high = Math.min(run.to, to);
      const state = next(run.state);
      const within = { from: low, to: high, state };
      if (state !== run.state) changed.push(within);
      this.#unsettled += (high - low + 1) * (weight(state) - weight(run.state));
      if (run.from < low) before.push({ ...run, to: low - 1 });
      before.push(within);
      if (run.to > high) before.push({ ...run, from: high + 1 });
    }
    if (changed.length > 0) this.#splice(first, at - first, before);
    return changed;
  }

  /** Forgets the settled messages at the start; returns the first seq that is not settled. */
  trim(): number {
    const kept = this.#runs.findIndex((run) => run.state.kind !== 'settled');
    if (kept !== 0) this.#runs.splice(0, kept < 0 ? this.#runs.length : kept);
    return this.#runs[0]?.from ?? this.#end;
  }

  /** The index of the first run that ends at or after a seq. */
  #find(seq: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.to ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Replaces runs, and joins equal neighbours, those around the place included. */
  #splice(at: number, count: number, runs: readonly Run[]): void {
    const left = at > 0 ? 1 : 0;
    const right = at + count < this.#runs.length ? 1 : 0;
    const start = at - left;
    const joined: Run[] = [];
    for (const run of [
      ...this.#runs.slice(start, at),
      ...runs,
      ...this.#runs.slice(at + count, at + count + right),
    ]) {
      const last = joined.at(-1);
      if (last !== undefined && sameState(last.state, run.state)) {
        joined[joined.length - 1] = { ...last, to: run.to };
      } else {
        joined.push(run);
      }
    }
    this.#runs.splice(start, left + count + right, ...joined);
  }
}

export const countOf = (runs: readonly Run[]): number =>
  runs.reduce((sum, run) => sum + run.to - run.from + 1, 0);

/** How many messages of runs were never handed out, and wait for nothing but their turn. */
export const newIn = (runs: readonly Run[]): number => {
  let count = 0;
  for (const { from, to, state } of runs) {
    if (state.kind === 'ready' && state.deliveries === 0) count += to - from + 1;
  }
  return count;
};

const weight = (state: MessageState): number => (state.kind === 'settled' ? 0 : 1);
