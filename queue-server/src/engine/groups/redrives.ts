import type { DeadLetter, ErrorCode, RefusedLetter } from '@typed-queue/contracts';
import type { Change } from '../group/change.js';
import type { Head } from '../log/log.js';
import type { DeadLetters } from './dead-letters.js';
import type { GroupRecords } from './group-records.js';
import type { LocalRules } from '../local-options.js';
import { redrive, resetOf, type GroupEntry } from './group-entry.js';

export interface RedrivesDeps {
  readonly queue: string;
  readonly group: string;
  readonly entry: GroupEntry;
  readonly deadLetters: DeadLetters;
  readonly records: GroupRecords;
  readonly rules: Pick<LocalRules, 'onError'>;
}

/**
 * The redriven dead letters of one group.
 *
 * The group record `redriven` decides what a letter is: with it the message is pending in the group, and the letter,
 * which stays stored, is hidden and supplies the message when the log has lost it. When the group has settled the
 * message, the letter is removed; when it gives the message up once more, a new letter replaces it in one step; when it
 * skips the message or is moved, the letter is listed again. A letter that is missing after a crash shows that its
 * message was settled, whether the record of that survived or not.
 */
export class Redrives {
  readonly #deps: RedrivesDeps;
  /** Settled messages whose letters are not removed yet. */
  readonly #settled = new Set<number>();

  constructor(deps: RedrivesDeps) {
    this.#deps = deps;
  }

  get #redriven(): Map<number, readonly number[]> {
    return this.#deps.entry.redriven;
  }

  /** Makes letters of this group pending messages, as far as they are listed; returns their number. */
  add(letters: readonly DeadLetter[]): { readonly redriven: number; readonly durable: Promise<void> } {
    const { queue, group, entry, deadLetters, records } = this.#deps;
    const positions = letters.map(({ position }) => position);
    const listed = new Set(deadLetters.hide(positions));
    if (listed.size === 0) return { redriven: 0, durable: Promise.resolve() };
    const redriven = letters
      .filter(({ position }) => listed.has(position))
      .map(({ seq, position, failures, edited }) => ({ seq, position, failures, ...(edited && { edited }) }));
    redrive(entry, redriven);
    const durable = records.write({ kind: 'redriven', queue, group, letters: redriven });
    return { redriven: redriven.length, durable };
  }

  /** The letters that the next letter of a message replaces. */
  of(seq: number): readonly number[] {
    return this.#redriven.get(seq) ?? [];
  }

  /** Whether the message is delivered with a payload that was edited. */
  isEdited(seq: number): boolean {
    return this.#redriven.has(seq) && this.#deps.entry.edited.has(seq);
  }

  /** Removes the letters of settled messages. Resolves when that is durable. */
  settled({ changed }: Pick<Change, 'changed'>): Promise<void> {
    if (this.#redriven.size === 0) return Promise.resolve();
    const seqs = this.#seqsIn(changed);
    if (seqs.length === 0) return Promise.resolve();
    for (const seq of seqs) this.#settled.add(seq);
    return this.#remove();
  }

  /** The group skipped messages, and nobody handled them: they are dead letters again. */
  skipped({ changed }: Pick<Change, 'changed'>): void {
    if (this.#redriven.size === 0) return;
    const { queue, group, deadLetters, records, rules } = this.#deps;
    const seqs = this.#seqsIn(changed);
    if (seqs.length === 0) return;
    for (const seq of seqs) {
      deadLetters.show(this.of(seq));
      this.#redriven.delete(seq);
    }
    records.write({ kind: 'kept', queue, group, seqs }).catch(rules.onError);
  }

  /** New letters replaced those of messages. */
  replaced(from: number, to: number): void {
    for (let seq = from; seq <= to; seq++) this.#redriven.delete(seq);
  }

  /** Tries to remove the letters of all settled messages; resolves with whether all are removed. */
  async done(): Promise<boolean> {
    if (this.#settled.size > 0) await this.#remove().catch(this.#deps.rules.onError);
    return this.#settled.size === 0;
  }

  #seqsIn(changed: Change['changed']): number[] {
    const all = [...this.#redriven.keys()];
    return changed
      .filter(({ state }) => state.kind === 'settled')
      .flatMap(({ from, to }) => all.filter((seq) => from <= seq && seq <= to));
  }

  /** Also retries what failed before. */
  async #remove(): Promise<void> {
    const seqs = [...this.#settled];
    const { deadLetters } = this.#deps;
    const positions = seqs.flatMap((seq) => this.of(seq));
    await deadLetters.remove(positions);
    for (const seq of seqs) {
      this.#settled.delete(seq);
      this.#redriven.delete(seq);
    }
  }
}

export interface RedriveTarget {
  readonly queue: string;
  readonly group: string;
  readonly head: Head;
  /** Undefined: the group was deleted. */
  readonly entry: GroupEntry | undefined;
  /** How many more redriven messages the group may have. */
  readonly room: number;
}

type Refusal = readonly [code: ErrorCode, reason: string];

/** Sorts letters of one group by whether they can go back to it. */
export const sortLetters = (
  letters: readonly DeadLetter[],
  target: RedriveTarget,
): { readonly fit: readonly DeadLetter[]; readonly refused: readonly RefusedLetter[] } => {
  const fit: DeadLetter[] = [];
  const refused: RefusedLetter[] = [];
  for (const letter of letters) {
    const refusal = refusalOf(letter, target, fit.length);
    if (refusal === undefined) fit.push(letter);
    else {
      const [code, reason] = refusal;
      refused.push({ position: letter.position, group: letter.group, code, reason });
    }
  }
  return { fit, refused };
};

const refusalOf = (
  { epoch, message }: DeadLetter,
  { queue, group, head, entry, room }: RedriveTarget,
  fit: number,
): Refusal | undefined => {
  if (entry === undefined) return ['group_unknown', `queue "${queue}" has no group "${group}" any more`];
  const { events } = entry.settings;
  if (epoch !== head.epoch || resetOf(entry, head) !== undefined) {
    return ['redrive_refused', 'it is of a former log of the queue: publish its message again instead'];
  }
  if (message === null) {
    return ['redrive_refused', 'the log had lost its message before it was copied: only its history is left'];
  }
  if (events !== undefined && !events.includes(message.event)) {
    return ['redrive_refused', `group "${group}" does not take "${message.event}" any more`];
  }
  if (fit < room) return undefined;
  return [
    'overloaded',
    `group "${group}" has too many redriven messages that are not settled: try again later`,
  ];
};
