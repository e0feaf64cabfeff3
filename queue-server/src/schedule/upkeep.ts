import { logFrames } from '../own-logs/log-frames.js';
import type { Frame } from '@typed-queue/contracts/wire';
import type { RecurringSchedules } from './recurring/recurring-schedules.js';
import type { ScheduleLog } from './schedule-log.js';
import { messageIn } from './schedule-records.js';
import type { FoundMessage } from './scheduled-messages.js';
import type { SettledIds } from './settled-ids.js';
import type { WaitingMessages } from './waiting-messages.js';

export interface UpkeepDeps {
  readonly log: ScheduleLog;
  readonly waiting: WaitingMessages;
  readonly settled: Pick<SettledIds, 'size' | 'bytes' | 'texts'>;
  /** Of the records that have them, when the log was read. */
  readonly settledBytes: number;
  readonly recurring: Pick<RecurringSchedules, 'firstStoredSeq' | 'bytes' | 'copy'>;
  /** The oldest record that is needed beside those of schedules and waiting messages. */
  readonly floor: () => number;
  /** Resolves when the messages that are being added are waiting, or are refused. */
  readonly added: () => Promise<unknown>;
  /** Size of the log in bytes from which its records are copied forward. Default: 64 MiB. */
  readonly minBytes?: number | undefined;
}

const MIN_BYTES = 64 * 1024 * 1024;
/** The least that is removed when ids are to be written again: a part of that size. */
const MIN_GAIN = 1 / 64;
/** Copied at once; meanwhile nothing is sent. */
const MAX_COPIED_BYTES = 16 * 1024 * 1024;

/**
 * Removes what is no longer needed from the log. Messages that wait for long would keep all that came after them: when less
 * than half of a large log is needed, the oldest of them are copied to its end. The ids of settled messages are in
 * records of what is removed: all of them are written again before, when that is little beside what goes.
 */
export class Upkeep {
  readonly #deps: UpkeepDeps;
  readonly #minBytes: number;
  /** What a copy left may be in the segment that is written, which goes later: it is not copied again at once. */
  #leftBytes = 0;
  #settledBytes: number;
  /** What is not needed, and could not be removed the last time. */
  #leftUnneeded = 0;

  constructor(deps: UpkeepDeps) {
    this.#deps = deps;
    this.#minBytes = deps.minBytes ?? MIN_BYTES;
    this.#settledBytes = deps.settledBytes;
  }

  /** No message may be removed meanwhile. Resolves with whether there is more to copy. */
  async run(): Promise<boolean> {
    const { log, added } = this.#deps;
    const end = log.head().lastSeq + 1;
    await added();
    const { copied, more } = await this.#copy(end);
    if (copied > 0) this.#leftUnneeded = 0;
    await this.#trim(end);
    const { bytes } = log.head();
    if (!more) this.#leftBytes = copied > 0 ? bytes : Math.min(this.#leftBytes, bytes);
    return more;
  }

  async #trim(end: number): Promise<void> {
    const { log, waiting, settled, recurring, floor } = this.#deps;
    const before = Math.min(end, waiting.firstStoredSeq(), recurring.firstStoredSeq, floor());
    if (before <= log.head().firstSeq) return;
    if (before === end) this.#leftUnneeded = 0;
    if (settled.size > 0) {
      const gain = this.#unneeded - this.#leftUnneeded;
      if (gain < Math.max(settled.bytes, this.#minBytes * MIN_GAIN)) return;
      await log.roll();
      this.#settledBytes = await log.settled(settled.texts());
    } else this.#settledBytes = 0;
    await log.trim(before);
    this.#leftUnneeded = this.#unneeded;
  }

  /** In bytes. */
  get #unneeded(): number {
    const { log, waiting, recurring } = this.#deps;
    return Math.max(0, log.head().bytes - waiting.bytes - recurring.bytes - this.#settledBytes);
  }

  /** Until the rest of the log is needed for the most part. */
  async #copy(end: number): Promise<{ readonly copied: number; readonly more: boolean }> {
    const { log, waiting, recurring } = this.#deps;
    let [{ bytes }, needed, copied] = [log.head(), waiting.bytes + recurring.bytes, 0];
    const isSmall = bytes <= Math.max(this.#minBytes, this.#leftBytes + this.#minBytes / 2);
    if (isSmall || 2 * needed >= bytes) return { copied, more: false };
    for await (const frame of logFrames(log.log, log.head().firstSeq)) {
      if (frame.firstSeq >= end || 2 * needed >= bytes) break;
      if (copied >= MAX_COPIED_BYTES) return { copied, more: true };
      const messages = this.#neededIn(frame);
      await Promise.all(messages.map((message) => this.#move(message)));
      const size = messages.reduce((sum, { record }) => sum + record.size, await recurring.copy(frame));
      copied += size;
      needed -= size;
      bytes -= frame.bytes.byteLength;
    }
    return { copied, more: false };
  }

  #neededIn(frame: Frame): readonly FoundMessage[] {
    const { waiting } = this.#deps;
    const found: FoundMessage[] = [];
    for (let index = 0; index < frame.count; index++) {
      const record = messageIn(frame, index);
      if (record === undefined) continue;
      const slot = waiting
        .candidates(record.queue, record.id)
        .find((each) => waiting.storedSeq(each) === frame.firstSeq + index);
      if (slot !== undefined) found.push({ slot, record });
    }
    return found;
  }

  async #move({ slot, record }: FoundMessage): Promise<void> {
    const seq = await this.#deps.log.moved(record);
    this.#deps.waiting.move(slot, seq);
  }
}
