import type { DeadLetter, Failure } from '@typed-queue/contracts';
import { KEPT_REASON } from '@typed-queue/contracts/wire';

/** Of a message; how often it failed altogether is in its state. */
const MAX_FAILURES = 10;

/** A failure of consecutive messages. */
export interface FailureRecord {
  readonly from: number;
  readonly to: number;
  readonly failure: Failure;
  /** Why the messages are dead by this failure, unless it is a declared one. */
  readonly code?: DeadLetter['code'] | undefined;
}

/** `order`: the order in which failures were recorded. */
interface Entry {
  readonly order: number;
  readonly recorded: FailureRecord;
}

/** Why messages failed, for as long as they are not settled: the last failures of each, and the data of the last one. */
export class FailureHistory {
  #floor: number;
  /** By seq, the oldest first. Neighbours that always failed together share one array. */
  readonly #entries = new Map<number, readonly Entry[]>();
  #count = 0;

  /** For messages from the floor on: those below are settled. */
  constructor(floor: number) {
    this.#floor = floor;
  }

  /** Everything that is kept, each message's oldest first. */
  get all(): readonly FailureRecord[] {
    const kept = new Map<Entry, FailureRecord[]>();
    for (const [seq, past] of [...this.#entries].sort(([one], [other]) => one - other)) {
      for (const entry of past) {
        const runs = kept.get(entry) ?? [];
        kept.set(entry, runs);
        const last = runs.at(-1);
        if (last?.to === seq - 1) runs[runs.length - 1] = { ...last, to: seq };
        else runs.push({ ...entry.recorded, from: seq, to: seq });
      }
    }
    return [...kept].sort(([one], [other]) => one.order - other.order).flatMap(([, runs]) => runs);
  }

  /** Adds to what is known of messages; returns the failures as they are kept, long reasons cut. */
  record(failures: readonly FailureRecord[]): readonly FailureRecord[] {
    return failures.map((failure) => {
      const recorded = shortened(failure);
      this.#add({ order: this.#count++, recorded });
      return recorded;
    });
  }

  /** Clears the history of a dead message that is redriven, so that it can be recorded again. */
  reopen(seq: number): void {
    this.#floor = Math.min(this.#floor, seq);
    this.#entries.delete(seq);
  }

  /** The failures of one message as they were recorded, the oldest first. */
  of(seq: number): FailureRecord[] {
    return (this.#entries.get(seq) ?? []).map(({ recorded }) => recorded);
  }

  /** Forgets what happened to messages, both ends included. */
  forget(from: number, to: number): void {
    if (to - from < this.#entries.size) {
      for (let seq = from; seq <= to; seq++) this.#entries.delete(seq);
      return;
    }
    for (const seq of this.#entries.keys()) if (from <= seq && seq <= to) this.#entries.delete(seq);
  }

  #add(entry: Entry): void {
    const { from, to } = entry.recorded;
    let before: readonly Entry[] | undefined;
    let grown = [entry];
    for (let seq = Math.max(from, this.#floor); seq <= to; seq++) {
      const past = this.#entries.get(seq);
      if (past !== before) {
        before = past;
        grown = [...(past ?? []).slice(1 - MAX_FAILURES).map(withoutData), entry];
      }
      this.#entries.set(seq, grown);
    }
  }
}

const withoutData = (entry: Entry): Entry => {
  const { order, recorded } = entry;
  const { data, ...failure } = recorded.failure;
  return data === undefined ? entry : { order, recorded: { ...recorded, failure } };
};

const shortened = ({ failure, ...recorded }: FailureRecord): FailureRecord => {
  const { reason } = failure;
  if (reason.length <= KEPT_REASON) return { ...recorded, failure };
  // Character by character: a slice may end within one, and would keep the whole text in memory.
  const kept = Array.from(reason.slice(0, 2 * KEPT_REASON))
    .slice(0, KEPT_REASON)
    .join('');
  return { ...recorded, failure: { ...failure, reason: kept } };
};
