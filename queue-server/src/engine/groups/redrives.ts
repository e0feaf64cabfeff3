import type { DeadLetter } from '@typed-queue/contracts';
import type { Change } from '../group/change.js';
import type { DeadLetters } from './dead-letters.js';
import { redrive, type GroupEntry } from './registry.js';
import type { GroupRecords } from './group-records.js';

export interface RedrivesParts {
  readonly queue: string;
  readonly group: string;
  readonly open: GroupEntry;
  readonly deadLetters: DeadLetters;
  readonly outcomes: GroupRecords;
  /** Told of failures that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/**
 * The dead letters that went back to one group.
 *
 * The record `redriven` in the outcomes decides what a letter is: with it the message is pending in the group, and the
 * letter, which stays in its place, is hidden and gives the message when the log has lost it. When the group has settled
 * the message, the letter is removed; when it gives the message up once more, a new letter replaces it in one step; when
 * it passes the message over or is put elsewhere, the letter is listed again. A letter that is gone says, after a
 * crash, that its message was settled, whether the group's record of that survived or not.
 */
export class Redrives {
  readonly #parts: RedrivesParts;
  /** Settled messages whose letters are not removed yet. */
  readonly #settled = new Set<number>();

  constructor(parts: RedrivesParts) {
    this.#parts = parts;
  }

  get #redriven(): Map<number, readonly number[]> {
    return this.#parts.open.redriven;
  }

  /** Takes letters of this group back as pending messages, as far as they are listed; returns how many. */
  add(letters: readonly DeadLetter[]): { readonly redriven: number; readonly durable: Promise<void> } {
    const { queue, group, open, deadLetters, outcomes } = this.#parts;
    const positions = letters.map(({ position }) => position);
    const listed = new Set(deadLetters.hide(queue, positions));
    if (listed.size === 0) return { redriven: 0, durable: Promise.resolve() };
    const taken = letters
      .filter(({ position }) => listed.has(position))
      .map(({ seq, position, failures }) => ({ seq, position, failures }));
    redrive(open, taken);
    const durable = outcomes.write({ kind: 'redriven', queue, group, letters: taken });
    return { redriven: taken.length, durable };
  }

  /** Letters whose place the next letter of a message takes. */
  of(seq: number): readonly number[] {
    return this.#redriven.get(seq) ?? [];
  }

  /** The group has settled messages: their letters go. Resolves when that is durable. */
  settled({ changed }: Pick<Change, 'changed'>): Promise<void> {
    if (this.#redriven.size === 0) return Promise.resolve();
    const seqs = this.#seqsIn(changed);
    if (seqs.length === 0) return Promise.resolve();
    for (const seq of seqs) this.#settled.add(seq);
    return this.#remove();
  }

  /** The group has passed messages over, and nobody handled them: they are dead letters again. */
  passed({ changed }: Pick<Change, 'changed'>): void {
    if (this.#redriven.size === 0) return;
    const { queue, group, deadLetters, outcomes, onError } = this.#parts;
    const seqs = this.#seqsIn(changed);
    if (seqs.length === 0) return;
    for (const seq of seqs) {
      deadLetters.show(queue, this.of(seq));
      this.#redriven.delete(seq);
    }
    outcomes.write({ kind: 'kept', queue, group, seqs }).catch(onError);
  }

  /** New letters of messages took the place of their letters. */
  replaced(from: number, to: number): void {
    for (let seq = from; seq <= to; seq++) this.#redriven.delete(seq);
  }

  /** Resolves when the letters of all settled messages are removed, or cannot be for now: whether they are. */
  async done(): Promise<boolean> {
    if (this.#settled.size > 0) await this.#remove().catch(this.#parts.onError);
    return this.#settled.size === 0;
  }

  #seqsIn(changed: Change['changed']): number[] {
    const all = [...this.#redriven.keys()];
    return changed
      .filter(({ delivery }) => delivery.kind === 'settled')
      .flatMap(({ from, to }) => all.filter((seq) => from <= seq && seq <= to));
  }

  /** Also tries what failed before. */
  async #remove(): Promise<void> {
    const seqs = [...this.#settled];
    const { queue, deadLetters } = this.#parts;
    const positions = seqs.flatMap((seq) => this.of(seq));
    await deadLetters.remove(queue, positions);
    for (const seq of seqs) {
      this.#settled.delete(seq);
      this.#redriven.delete(seq);
    }
  }
}
