import { logFrames } from '../own-logs/log-frames.js';
import type { QueueHandle } from '../engine/engine.js';
import type { RecurringRecord } from './recurring/recurring-record.js';
import { recordIn, type ScheduleRecord, type Sending } from './schedule-records.js';
import { findWaiting } from './scheduled-messages.js';
import { hashOf, keyOf, SettledIds, settledKeys } from './settled-ids.js';
import type { Uncertain } from './sender.js';
import { WaitingMessages } from './waiting-messages.js';

type Log = Pick<QueueHandle, 'head' | 'read'>;
type MessageRecord = ScheduleRecord & { readonly kind: 'add' | 'moved' };
type SettledRecord = ScheduleRecord & { readonly kind: 'settled' };

/** A message that waits, by a record of it. */
interface Found {
  readonly slot: number;
  readonly addedSeq: number;
  /** Of its record. */
  readonly size: number;
  /** Undefined: of a run. */
  readonly id: string | undefined;
}

/** What the log of a schedule says, read once in its order. All messages are held. */
export class Recovery {
  readonly waiting = new WaitingMessages();
  readonly settled = new SettledIds();
  readonly #recurring = new Map<string, { readonly seq: number; readonly record: RecurringRecord }>();
  readonly #log: Log;
  /** By the seq that names the message. */
  readonly #slots = new Map<number, Found>();
  /** By the same seq: when it may first have been sent. */
  readonly #sendings = new Map<number, { readonly seq: number; readonly sending: Sending }>();

  #settledBytes = 0;

  private constructor(log: Log) {
    this.#log = log;
  }

  static async read(log: Log): Promise<Recovery> {
    const recovery = new Recovery(log);
    for await (const frame of logFrames(log, log.head().firstSeq)) {
      for (let index = 0; index < frame.count; index++) {
        await recovery.#apply(recordIn(frame, index), frame.firstSeq + index, frame.header.time);
      }
    }
    return recovery;
  }

  /** Of the records that have the messages that are settled. */
  get settledBytes(): number {
    return Math.min(this.#settledBytes, this.settled.bytes);
  }

  /** What may be in its queue or not. */
  get uncertain(): readonly Uncertain[] {
    const bySeq = new Map<number, { readonly sending: Sending; readonly slots: number[] }>();
    for (const [addedSeq, { seq, sending }] of this.#sendings) {
      const found = this.#slots.get(addedSeq);
      if (found === undefined) continue;
      const known = bySeq.get(seq);
      if (known === undefined) bySeq.set(seq, { sending, slots: [found.slot] });
      else known.slots.push(found.slot);
    }
    return [...bySeq].map(([seq, { sending, slots }]) => ({ seq, sending, slots }));
  }

  /** The schedules, by the seqs of their records. */
  get recurring(): ReadonlyMap<number, RecurringRecord> {
    return new Map([...this.#recurring.values()].map(({ seq, record }) => [seq, record]));
  }

  async #apply(record: ScheduleRecord | undefined, seq: number, time: number): Promise<void> {
    switch (record?.kind) {
      case undefined:
        return;
      case 'add':
      case 'moved':
        await this.#add(record, seq);
        return;
      case 'sending':
        this.#beginSending(record.sending, seq);
        return;
      case 'sent':
        for (const addedSeq of record.addedSeqs) this.#settle(addedSeq, time, false);
        return;
      case 'cancelled':
        this.#settle(record.addedSeq, time, true);
        return;
      case 'settled':
        this.#restore(record);
        return;
      case 'recurring':
        this.#recurring.set(record.recurring.name, { seq, record: record.recurring });
        return;
      case 'forgotten':
        this.#recurring.delete(record.name);
        return;
      default:
        record satisfies never;
    }
  }

  /** None of them waited then: its `sent` may not have been stored, or an `add` that failed was. */
  #restore({ ids, size }: SettledRecord): void {
    this.settled.restore(ids);
    this.#settledBytes += size;
    for (const key of settledKeys(ids)) {
      for (const slot of this.waiting.withHash(hashOf(key))) {
        const [queue, addedSeq] = [this.waiting.queue(slot), this.waiting.addedSeq(slot)];
        const id = this.#slots.get(addedSeq)?.id;
        if (id !== undefined && keyOf({ queue, id }).equals(key)) this.#remove(addedSeq);
      }
    }
  }

  #beginSending(sending: Sending, seq: number): void {
    for (const addedSeq of sending.addedSeqs)
      if (!this.#sendings.has(addedSeq)) this.#sendings.set(addedSeq, { seq, sending });
  }

  async #add({ kind, envelope, size }: MessageRecord, storedSeq: number): Promise<void> {
    // The server had forgotten what else had this id: by a clock that was ahead, or beyond the limit.
    if (kind === 'add') this.settled.remove(envelope);
    const { addedSeq = storedSeq, queue, id, dueAt, isRun } = envelope;
    const copied = this.#slots.get(addedSeq);
    if (copied !== undefined) {
      this.waiting.move(copied.slot, storedSeq);
      return;
    }
    // An append that failed may be in the log nevertheless, and came again.
    const same = await findWaiting(this.#log, this.waiting, { queue, id });
    if (same !== undefined) {
      const { slot, record } = same;
      this.#slots.set(addedSeq, { slot, addedSeq: record.addedSeq, size: record.size, id });
      return;
    }
    const slot = this.waiting.add({ queue, id, dueAt, addedSeq, storedSeq, size });
    this.#slots.set(addedSeq, { slot, addedSeq, size, id: isRun === true ? undefined : id });
  }

  /** It was sent or cancelled. */
  #settle(addedSeq: number, time: number, isCancelled: boolean): void {
    const { slot, id } = this.#slots.get(addedSeq) ?? {};
    if (slot !== undefined && id !== undefined && this.#isWaiting(addedSeq)) {
      const named = { queue: this.waiting.queue(slot), id };
      this.settled.add(named, { dueAt: this.waiting.place(slot).dueAt, isCancelled }, time);
    }
    this.#remove(addedSeq);
  }

  /** Whether it was not removed already, by another record of it. */
  #isWaiting(addedSeq: number): boolean {
    const found = this.#slots.get(addedSeq);
    return found !== undefined && this.waiting.addedSeq(found.slot) === found.addedSeq;
  }

  #remove(addedSeq: number): void {
    const found = this.#slots.get(addedSeq);
    if (found !== undefined && this.#isWaiting(addedSeq)) this.waiting.remove(found.slot, found.size);
    this.#slots.delete(addedSeq);
    this.#sendings.delete(addedSeq);
  }
}
