import type { Frame } from '@typed-queue/contracts/wire';
import type { QueueHandle } from '../engine/engine.js';
import { LOOKUP } from '../engine/log/scan.js';
import { messageIn, type ScheduledRecord } from './schedule-records.js';
import type { WaitingMessages } from './waiting-messages.js';

/** Frames that are kept while records are read: those scheduled together are often due together. */
const KEPT_FRAMES = 4;

/** Reads the records of messages that wait, one after the other. */
export class ScheduledMessages {
  readonly #log: Pick<QueueHandle, 'read'>;
  readonly #maxBytes: number;
  readonly #frames: Frame[] = [];

  /** `maxBytes`: `LOOKUP` where only one record is read. */
  constructor(log: Pick<QueueHandle, 'read'>, maxBytes = 1) {
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  /** Undefined: the log has lost it. */
  async read(storedSeq: number): Promise<ScheduledRecord | undefined> {
    const frame = this.#known(storedSeq) ?? (await this.#load(storedSeq));
    return frame && messageIn(frame, storedSeq - frame.firstSeq);
  }

  #known(seq: number): Frame | undefined {
    return this.#frames.find(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq);
  }

  async #load(seq: number): Promise<Frame | undefined> {
    for (const item of await this.#log.read(seq, this.#maxBytes)) {
      if (item.kind !== 'frame' || item.frame.firstSeq > seq || item.frame.lastSeq < seq) continue;
      if (this.#frames.push(item.frame) > KEPT_FRAMES) this.#frames.shift();
      return item.frame;
    }
    return undefined;
  }
}

/** Which message of which queue. */
export interface Named {
  readonly queue: string;
  readonly id: string;
}

/** A message that waits, with its record. */
export interface FoundMessage {
  readonly slot: number;
  readonly record: ScheduledRecord;
}

/** The message of a queue that waits and has an id. Undefined: none does. */
export const findWaiting = async (
  log: Pick<QueueHandle, 'read'>,
  waiting: WaitingMessages,
  { queue, id }: Named,
): Promise<FoundMessage | undefined> => {
  for (const slot of waiting.candidates(queue, id)) {
    const record = await currentRecord(log, waiting, slot);
    if (record?.id === id && record.addedSeq === waiting.addedSeq(slot)) return { slot, record };
  }
  return undefined;
};

/** It may be copied while it is read. */
const currentRecord = async (
  log: Pick<QueueHandle, 'read'>,
  waiting: WaitingMessages,
  slot: number,
): Promise<ScheduledRecord | undefined> => {
  for (;;) {
    const seq = waiting.storedSeq(slot);
    const record = await new ScheduledMessages(log, LOOKUP).read(seq);
    if (waiting.storedSeq(slot) === seq) return record;
  }
};
