import { encodeFrame } from '@typed-queue/contracts/wire';
import type { Head, QueueHandle } from '../engine/engine.js';
import { GatheredAppends } from '../own-logs/gathered-appends.js';
import { forgottenDraft, recurringDraft, type RecurringRecord } from './recurring/recurring-record.js';
import {
  addDraft,
  cancelledDraft,
  movedDraft,
  recordSize,
  sendingDraft,
  sentDraft,
  settledDraft,
  type MessageForLater,
  type AddedRecord,
  type ScheduledRecord,
  type Sending,
  type StoredMessage,
} from './schedule-records.js';

export interface ScheduleLogDeps {
  readonly log: Pick<QueueHandle, 'head' | 'read' | 'append' | 'roll' | 'trim'>;
  /** A UUID. */
  readonly newId: () => string;
  readonly onError: (error: unknown) => void;
}

interface Ran {
  /** Of the record of the schedule. */
  readonly seq: number;
  readonly messages: readonly StoredMessage[];
}

/** The log of the schedule. What it appends resolves with the seq of the record when that is durable. */
export class ScheduleLog {
  readonly #deps: ScheduleLogDeps;
  readonly #appends: GatheredAppends;
  /** Messages that were sent, and whose `sent` could not be stored yet. */
  #unrecorded: number[] = [];

  constructor(deps: ScheduleLogDeps) {
    this.#deps = deps;
    this.#appends = new GatheredAppends(deps.log);
  }

  head(): Head {
    return this.#deps.log.head();
  }

  get log(): Pick<QueueHandle, 'head' | 'read'> {
    return this.#deps.log;
  }

  async add(message: MessageForLater): Promise<AddedRecord> {
    const draft = addDraft(this.#deps.newId(), message);
    return { seq: await this.#appends.append(draft), size: recordSize(draft) };
  }

  moved(record: ScheduledRecord): Promise<number> {
    return this.#appends.append(movedDraft(this.#deps.newId(), record));
  }

  sending(sending: Sending): Promise<number> {
    return this.#appends.append(sendingDraft(this.#deps.newId(), sending));
  }

  cancelled(addedSeq: number): Promise<number> {
    return this.#appends.append(cancelledDraft(this.#deps.newId(), addedSeq));
  }

  recurring(record: RecurringRecord): Promise<number> {
    return this.#appends.append(recurringDraft(this.#deps.newId(), record));
  }

  forgotten(name: string): Promise<number> {
    return this.#appends.append(forgottenDraft(this.#deps.newId(), name));
  }

  /** Runs of a schedule, and its record after them: all in one frame, which is stored or not. */
  async ran(messages: readonly MessageForLater[], record: RecurringRecord): Promise<Ran> {
    const { newId, log } = this.#deps;
    const drafts = messages.map((message) => addDraft(newId(), message));
    const { firstSeq } = await log.append(encodeFrame([...drafts, recurringDraft(newId(), record)]));
    const sizes = drafts.map(recordSize);
    return {
      seq: firstSeq + messages.length,
      messages: messages.map((message, index) => {
        return { message, record: { seq: firstSeq + index, size: sizes[index] ?? 0 } };
      }),
    };
  }

  /** Nobody waits for it: without it, the messages are looked for in their queue after a restart. */
  sent(addedSeqs: readonly number[]): void {
    this.#unrecorded.push(...addedSeqs);
    this.recordSent();
  }

  get hasUnrecorded(): boolean {
    return this.#unrecorded.length > 0;
  }

  /** Tries again what could not be stored. */
  recordSent(): void {
    const addedSeqs = this.#unrecorded;
    if (addedSeqs.length === 0) return;
    this.#unrecorded = [];
    this.#appends.append(sentDraft(this.#deps.newId(), addedSeqs)).catch((error: unknown) => {
      this.#unrecorded = [...addedSeqs, ...this.#unrecorded];
      this.#deps.onError(error);
    });
  }

  /** Resolves with the size of their records. */
  async settled(texts: readonly string[]): Promise<number> {
    const drafts = texts.map((text) => settledDraft(this.#deps.newId(), text));
    await Promise.all(drafts.map((draft) => this.#appends.append(draft)));
    return drafts.reduce((sum, draft) => sum + recordSize(draft), 0);
  }

  /** What comes from now on stays when all before it is trimmed. */
  roll(): Promise<void> {
    return this.#deps.log.roll();
  }

  async trim(beforeSeq: number): Promise<void> {
    const { log } = this.#deps;
    if (beforeSeq > log.head().firstSeq) await log.trim(beforeSeq);
  }
}
