import type { Change } from '../group/change.js';
import { type DeadLetters, letterId } from './dead-letters.js';
import { GroupNotes } from './group-notes.js';
import type { GroupEntry } from './registry.js';
import type { GroupRecords } from './group-records.js';
import type { Clocks } from './stored-run.js';

export interface RestoredLetters extends Pick<DeadLetters, 'has' | 'hide' | 'remove'> {
  /** Whether a letter that is not at a position may have been lost by damage. False: it was removed. */
  mayHaveLost(queue: string, position: number): boolean;
}

export interface DeadLetterRecoveryParts {
  readonly queue: string;
  readonly groups: ReadonlyMap<string, GroupEntry>;
  readonly deadLetters: RestoredLetters;
  readonly outcomes: GroupRecords;
  readonly clocks: Clocks;
  /** Told of failures that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

interface GivenUp {
  readonly open: GroupEntry;
  readonly group: string;
  readonly seq: number;
}

/** Brings the dead letters of a queue and its groups together after a restart: a crash may have come between them. */
export class DeadLetterRecovery {
  readonly #parts: DeadLetterRecoveryParts;

  constructor(parts: DeadLetterRecoveryParts) {
    this.#parts = parts;
  }

  /** `restore` reads the letters back, and returns which of those with some ids there are. */
  async run(restore: (ids: ReadonlySet<string>) => Promise<ReadonlySet<string>>): Promise<void> {
    const givenUp = this.#givenUp();
    for (const id of await restore(new Set(givenUp.keys()))) {
      const found = givenUp.get(id);
      // Its letter is there, only the record that the group is done with it is not.
      if (found !== undefined) this.#write(found.group, found.open.state.bury([found.seq, found.seq]));
    }
    for (const [group, open] of this.#parts.groups) {
      if (open.redriven.size > 0) await this.#recover(group, open);
    }
  }

  /** For a queue whose letters are gone altogether. */
  forget(): void {
    for (const [group, { redriven }] of this.#parts.groups) {
      this.#forget(group, [...redriven.keys()]);
      redriven.clear();
    }
  }

  /** Messages whose letters are lost stay pending: the log has them. */
  #forget(group: string, seqs: readonly number[]): void {
    const { queue, outcomes, onError } = this.#parts;
    if (seqs.length > 0) outcomes.write({ kind: 'kept', queue, group, seqs }).catch(onError);
  }

  /** What groups have given up and not yet been done with, by the ids that its letters have. */
  #givenUp(): Map<string, GivenUp> {
    const all = new Map<string, GivenUp>();
    for (const [group, open] of this.#parts.groups) {
      const { state, epoch } = open;
      for (const { from, to, delivery } of state.runs) {
        if (delivery.kind !== 'condemned') continue;
        const { handouts } = delivery;
        for (let seq = from; seq <= to; seq++) {
          const failures = state.history.of(seq).map(({ failure }) => failure);
          all.set(letterId({ group, epoch, seq, handouts, failures }), { open, group, seq });
        }
      }
    }
    return all;
  }

  /**
   * Hides the letters of pending messages, removes those of settled ones, and settles messages whose letters were
   * removed.
   */
  async #recover(group: string, { state, redriven }: GroupEntry): Promise<void> {
    const { queue, deadLetters } = this.#parts;
    const settled: number[] = [];
    const lost: number[] = [];
    for (const [seq, positions] of [...redriven]) {
      const kept = positions.filter((position) => deadLetters.has(queue, position));
      if (state.isSettled(seq)) settled.push(...kept);
      else if (kept.length > 0) deadLetters.hide(queue, kept);
      else if (positions.some((position) => deadLetters.mayHaveLost(queue, position))) lost.push(seq);
      else if (seq < state.cursor) {
        this.#write(group, state.skip([seq, seq]));
        this.#write(group, state.bury([seq, seq]));
      }
      if (state.isSettled(seq) || kept.length === 0) redriven.delete(seq);
      else redriven.set(seq, kept);
    }
    this.#forget(group, lost);
    if (settled.length > 0) await deadLetters.remove(queue, settled).catch(this.#parts.onError);
  }

  #write(group: string, change: Change): void {
    if (change.changed.length > 0) void new GroupNotes({ ...this.#parts, group }).write(change);
  }
}
