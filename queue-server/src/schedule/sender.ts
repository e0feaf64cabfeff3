import { encodeFrame, type Frame } from '@typed-queue/contracts/wire';
import type { Engine } from '../engine/engine.js';
import type { ScheduleLog } from './schedule-log.js';
import { draftIn, type ScheduledRecord, type Sending } from './schedule-records.js';
import { RefusedMessages } from './refused-messages.js';
import { ScheduledMessages } from './scheduled-messages.js';
import { sentIds } from './sent-ids.js';
import type { SettledIds } from './settled-ids.js';
import type { WaitingMessages } from './waiting-messages.js';

export interface SenderDeps {
  readonly engine: Pick<Engine, 'queue'>;
  readonly log: ScheduleLog;
  readonly waiting: WaitingMessages;
  readonly settled: Pick<SettledIds, 'add'>;
  /** Appends to a queue as a publish does. */
  readonly publish: (queue: string, frame: Frame) => Promise<unknown>;
  /** Whether the contract has a queue. */
  readonly declares: (queue: string) => boolean;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
  readonly onError: (error: unknown) => void;
}

/** Messages of one queue that may have been appended to it. */
export interface Uncertain {
  readonly sending: Sending;
  /** Of its record. */
  readonly seq: number;
  /** Held. */
  readonly slots: readonly number[];
}

interface DueMessage {
  readonly slot: number;
  readonly record: ScheduledRecord;
}

/** Of one round, and of the messages that are sent at once. */
const MAX_MESSAGES = 1_000;
const MAX_BYTES = 1024 * 1024;

/**
 * Appends messages that are due to their queues, each once: what is about to be appended is durable before
 * (`sending`). Where the end of an append is not known, after a crash or a failure, the queue is read from there on: what
 * is not found in it waits again. What retention has removed from it meanwhile is not found either: nothing that was
 * acknowledged may be lost.
 */
export class Sender {
  readonly #deps: SenderDeps;
  #uncertain: Uncertain[];
  readonly #refused: RefusedMessages;
  /** Those that are being sent, or were. */
  #round: readonly number[] = [];
  /** By queue, since the start. */
  readonly #sentCounts = new Map<string, number>();
  #isStopped = false;

  constructor(deps: SenderDeps, uncertain: readonly Uncertain[]) {
    this.#deps = deps;
    this.#uncertain = [...uncertain];
    this.#refused = new RefusedMessages(deps.waiting);
  }

  /** The oldest record that is needed. */
  get floor(): number {
    return Math.min(Infinity, ...this.#uncertain.map(({ seq }) => seq));
  }

  /** How many were sent since the start, by queue. */
  get sentCounts(): ReadonlyMap<string, number> {
    return this.#sentCounts;
  }

  /** When the first one was due of those that are being sent, or may be in a queue that the contract has; Infinity: there is none. */
  get firstDueAt(): number {
    const { waiting, declares } = this.#deps;
    const uncertain = this.#uncertain.filter(({ sending }) => declares(sending.queue));
    let first = Infinity;
    const slots = [...this.#round, ...this.#refused.slots(), ...uncertain.flatMap((each) => each.slots)];
    for (const slot of slots) {
      if (waiting.addedSeq(slot) !== 0) first = Math.min(first, waiting.place(slot).dueAt);
    }
    return first;
  }

  /** Whether it may be in its queue. */
  isUncertain(slot: number): boolean {
    return this.#uncertain.some(({ slots }) => slots.includes(slot));
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Sends the first messages that are due; resolves with whether there may be more. When a queue refuses some, all that are
   * due in it are held until `retry`.
   */
  async sendDue(): Promise<boolean> {
    const { log, waiting, wallNow } = this.#deps;
    log.recordSent();
    await this.resolve();
    if (this.#isStopped) return false;
    const slots = waiting.takeDue(wallNow(), MAX_MESSAGES);
    this.#round = slots;
    for (const [queue, some] of byQueue(waiting, slots)) await this.#sendTo(queue, some);
    return slots.length === MAX_MESSAGES;
  }

  /** What was refused is due again. */
  retry(): void {
    this.#refused.release();
  }

  /** Why a queue refused messages since the last retry; undefined: none did. */
  get refusal(): { readonly error: unknown } | undefined {
    return this.#refused.refusal;
  }

  /** Looks for messages that may be in their queues. */
  async resolve(): Promise<void> {
    for (const uncertain of this.#uncertain) {
      const { queue } = uncertain.sending;
      if (this.#isStopped) return;
      if (!this.#deps.declares(queue) || this.#refused.has(queue)) continue;
      try {
        await this.#resolve(uncertain);
        this.#uncertain = this.#uncertain.filter((each) => each !== uncertain);
      } catch (error) {
        this.#refused.add(queue, error);
      }
    }
  }

  async #resolve({ sending, slots }: Uncertain): Promise<void> {
    const { engine, waiting } = this.#deps;
    const messages = (await this.#read(slots, Infinity)) ?? [];
    const ids = new Set(messages.map(({ record }) => record.id));
    const found = await sentIds(engine.queue(sending.queue), sending, ids);
    this.#sent(
      sending.queue,
      messages.filter(({ record }) => found.has(record.id)),
    );
    for (const { slot, record } of messages) if (!found.has(record.id)) waiting.release(slot);
  }

  async #sendTo(queue: string, slots: readonly number[]): Promise<void> {
    let rest = slots;
    try {
      while (rest.length > 0 && !this.#isStopped && !this.#refused.has(queue)) {
        const { messages, slots: read } = await this.#readSome(rest);
        if (messages.length > 0) await this.#send(queue, messages);
        rest = rest.slice(read.length);
      }
    } catch (error) {
      this.#refused.add(queue, error);
    }
    if (this.#refused.has(queue)) {
      this.#refused.hold(
        queue,
        rest.filter((slot) => !this.isUncertain(slot)),
      );
    }
  }

  async #send(queue: string, messages: readonly DueMessage[]): Promise<void> {
    const { engine, log, publish } = this.#deps;
    const { epoch, lastSeq } = engine.queue(queue).head();
    const addedSeqs = messages.map(({ record }) => record.addedSeq);
    const sending = { queue, epoch, head: lastSeq + 1, addedSeqs };
    const seq = await log.sending(sending);
    try {
      await publish(queue, encodeFrame(messages.map(({ record }) => draftIn(record))));
    } catch (error) {
      this.#uncertain.push({ sending, seq, slots: messages.map(({ slot }) => slot) });
      throw error;
    }
    this.#sent(queue, messages);
  }

  #sent(queue: string, messages: readonly DueMessage[]): void {
    if (messages.length === 0) return;
    const { log, waiting, settled, wallNow } = this.#deps;
    this.#sentCounts.set(queue, (this.#sentCounts.get(queue) ?? 0) + messages.length);
    log.sent(messages.map(({ record }) => record.addedSeq));
    const now = wallNow();
    for (const { slot, record } of messages) {
      waiting.remove(slot, record.size);
      if (record.isRun !== true)
        settled.add({ queue, id: record.id }, { dueAt: record.dueAt, isCancelled: false }, now);
    }
  }

  /** Reads the records of the first slots, as many as are small enough together, at least one. */
  async #readSome(
    slots: readonly number[],
  ): Promise<{ readonly messages: DueMessage[]; readonly slots: readonly number[] }> {
    for (let some = slots; ; some = some.slice(0, Math.ceil(some.length / 4))) {
      const messages = await this.#read(some, some.length === 1 ? Infinity : MAX_BYTES);
      if (messages !== undefined) return { messages, slots: some };
    }
  }

  /**
   * Reads the records of slots, in the order of the log: what is due together may be anywhere in it, and each read brings
   * much around a record. Undefined: they are larger than `maxBytes`. Messages whose record is damaged are reported and
   * dropped.
   */
  async #read(slots: readonly number[], maxBytes: number): Promise<DueMessage[] | undefined> {
    const { log, waiting, onError } = this.#deps;
    const reader = new ScheduledMessages(log.log);
    const records = new Map<number, ScheduledRecord>();
    let bytes = 0;
    for (const slot of [...slots].sort((one, other) => waiting.storedSeq(one) - waiting.storedSeq(other))) {
      if (waiting.addedSeq(slot) === 0) continue;
      const record = await reader.read(waiting.storedSeq(slot));
      if (record === undefined) {
        onError(lost(waiting.queue(slot), waiting.storedSeq(slot)));
        waiting.remove(slot, 0);
        continue;
      }
      records.set(slot, record);
      bytes += record.size;
      if (bytes > maxBytes) return undefined;
    }
    return slots.flatMap((slot) => {
      const record = records.get(slot);
      return record === undefined ? [] : [{ slot, record }];
    });
  }
}

/** In their order. */
const byQueue = (waiting: WaitingMessages, slots: readonly number[]): ReadonlyMap<string, number[]> => {
  const queues = new Map<string, number[]>();
  for (const slot of slots) {
    const queue = waiting.queue(slot);
    const known = queues.get(queue);
    if (known === undefined) queues.set(queue, [slot]);
    else known.push(slot);
  }
  return queues;
};

const lost = (queue: string, seq: number): Error =>
  new Error(
    `a message for "${queue}" that waited until it is due was lost: record ${seq} of the schedule is damaged`,
  );
