import type { Change } from '../group/change.js';
import { type DeadLetters, letterId } from './dead-letters.js';
import type { GroupEntry } from './group-entry.js';
import { recordChange, type GroupRecords } from './group-records.js';
import type { LocalRules } from '../local-options.js';
import type { Clocks } from '../clocks.js';

export interface RestoredLetters extends Pick<DeadLetters, 'has' | 'hide' | 'remove'> {
  /** Whether a letter that is not at a position may have been lost by damage. False: it was removed. */
  mayHaveLost(position: number): boolean;
}

export interface DeadLetterRecoveryDeps {
  readonly queue: string;
  readonly groups: ReadonlyMap<string, GroupEntry>;
  readonly deadLetters: RestoredLetters;
  readonly records: GroupRecords;
  readonly rules: Clocks & Pick<LocalRules, 'onError'>;
}

interface DeadMessage {
  readonly entry: GroupEntry;
  readonly group: string;
  readonly seq: number;
}

/** Makes the dead letters of a queue and its groups agree after a restart: a crash may have come between their records. */
export class DeadLetterRecovery {
  readonly #deps: DeadLetterRecoveryDeps;

  constructor(deps: DeadLetterRecoveryDeps) {
    this.#deps = deps;
  }

  /** `restore` reads the letters, and returns those of the ids of which there is a letter. */
  async run(restore: (ids: ReadonlySet<string>) => Promise<ReadonlySet<string>>): Promise<void> {
    const deadMessages = this.#deadMessages();
    for (const id of await restore(new Set(deadMessages.keys()))) {
      const found = deadMessages.get(id);
      // Its letter is stored, only the record that the group settled it is not.
      if (found !== undefined) this.#write(found.group, found.entry.state.settleDead([found.seq, found.seq]));
    }
    for (const [group, entry] of this.#deps.groups) {
      if (entry.redriven.size > 0) await this.#recover(group, entry);
    }
  }

  /** For a queue whose letters are all lost. */
  forget(): void {
    for (const [group, { redriven }] of this.#deps.groups) {
      this.#forget(group, [...redriven.keys()]);
      redriven.clear();
    }
  }

  /** Messages whose letters are lost stay pending: the log has them. */
  #forget(group: string, seqs: readonly number[]): void {
    const { queue, records, rules } = this.#deps;
    if (seqs.length > 0) records.write({ kind: 'kept', queue, group, seqs }).catch(rules.onError);
  }

  /** The dead messages that are not settled yet, by the ids of their letters. */
  #deadMessages(): Map<string, DeadMessage> {
    const all = new Map<string, DeadMessage>();
    for (const [group, entry] of this.#deps.groups) {
      const { state, epoch } = entry;
      for (const { from, to, state: dead } of state.runs) {
        if (dead.kind !== 'dead') continue;
        const handouts = dead.deliveries;
        for (let seq = from; seq <= to; seq++) {
          const failures = state.history.of(seq).map(({ failure }) => failure);
          all.set(letterId({ group, epoch, seq, handouts, failures }), { entry, group, seq });
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
    const { deadLetters } = this.#deps;
    const settled: number[] = [];
    const lost: number[] = [];
    for (const [seq, positions] of [...redriven]) {
      const kept = positions.filter((position) => deadLetters.has(position));
      if (state.isSettled(seq)) settled.push(...kept);
      else if (kept.length > 0) deadLetters.hide(kept);
      else if (positions.some((position) => deadLetters.mayHaveLost(position))) lost.push(seq);
      else if (seq < state.cursor) {
        this.#write(group, state.skip([seq, seq]));
        this.#write(group, state.settleDead([seq, seq]));
      }
      if (state.isSettled(seq) || kept.length === 0) redriven.delete(seq);
      else redriven.set(seq, kept);
    }
    this.#forget(group, lost);
    if (settled.length > 0) await deadLetters.remove(settled).catch(this.#deps.rules.onError);
  }

  #write(group: string, change: Change): void {
    if (change.changed.length > 0) void recordChange({ ...this.#deps, group }, change);
  }
}
