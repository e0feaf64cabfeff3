import type { DeadLetter, Failure } from '@typed-queue/contracts';

/** Of a message; how often it failed altogether is in its state. */
const MAX_FAILURES = 10;
/** In characters. */
const MAX_REASON = 1_000;

/** A failure of consecutive messages. */
export interface FailureRecord {
  readonly from: number;
  readonly to: number;
  readonly failure: Failure;
  /** Why the messages are dead by this failure, when it is another reason than the failure itself. */
  readonly code?: DeadLetter['code'] | undefined;
}

/** In the order in which they were noted. */
interface Entry {
  readonly order: number;
  readonly noted: FailureRecord;
}

/** Why messages failed, for as long as they are not settled: the last failures of each. */
export class FailureHistory {
  #floor: number;
  /** By seq, the oldest first. Neighbours that always failed together share one array. */
  readonly #pasts = new Map<number, readonly Entry[]>();
  #count = 0;

  /** For messages from the floor on: those below are settled. */
  constructor(floor: number) {
    this.#floor = floor;
  }

  /** Everything that is kept, each message's oldest first. */
  get all(): readonly FailureRecord[] {
    const kept = new Map<Entry, FailureRecord[]>();
    for (const [seq, past] of [...this.#pasts].sort(([one], [other]) => one - other)) {
      for (const entry of past) {
        const runs = kept.get(entry) ?? [];
        kept.set(entry, runs);
        const last = runs.at(-1);
        if (last?.to === seq - 1) runs[runs.length - 1] = { ...last, to: seq };
        else runs.push({ ...entry.noted, from: seq, to: seq });
      }
    }
    return [...kept].sort(([one], [other]) => one.order - other.order).flatMap(([, runs]) => runs);
  }

  /** Adds to what is known of messages; returns the failures as they are kept, long reasons cut. */
  record(failures: readonly FailureRecord[]): readonly FailureRecord[] {
    return failures.map((failure) => {
      const noted = shortened(failure);
      this.#add({ order: this.#count++, noted });
      return noted;
    });
  }

  /** A message that was given up is to be handled once more: what it failed of before is noted again. */
  reopen(seq: number): void {
    this.#floor = Math.min(this.#floor, seq);
    this.#pasts.delete(seq);
  }

  /** The failures of one message as they were noted, the oldest first. */
  of(seq: number): FailureRecord[] {
    return (this.#pasts.get(seq) ?? []).map(({ noted }) => noted);
  }

  /** Forgets what happened to messages, both ends included. */
  forget(from: number, to: number): void {
    if (to - from < this.#pasts.size) {
      for (let seq = from; seq <= to; seq++) this.#pasts.delete(seq);
      return;
    }
    for (const seq of this.#pasts.keys()) if (from <= seq && seq <= to) this.#pasts.delete(seq);
  }

  #add(entry: Entry): void {
    const { from, to } = entry.noted;
    let before: readonly Entry[] | undefined;
    let grown = [entry];
    for (let seq = Math.max(from, this.#floor); seq <= to; seq++) {
      const past = this.#pasts.get(seq);
      if (past !== before) {
        before = past;
        grown = [...(past ?? []).slice(1 - MAX_FAILURES), entry];
      }
      this.#pasts.set(seq, grown);
    }
  }
}

const shortened = ({ failure, ...noted }: FailureRecord): FailureRecord => {
  const { reason } = failure;
  if (reason.length <= MAX_REASON) return { ...noted, failure };
  // Character by character: a slice may end within one, and would keep the whole text in memory.
  const kept = Array.from(reason.slice(0, 2 * MAX_REASON))
    .slice(0, MAX_REASON)
    .join('');
  return { ...noted, failure: { ...failure, reason: kept } };
};
