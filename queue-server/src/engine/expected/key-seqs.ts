import { orderingKeyOf, type Frame } from '@typed-queue/contracts/wire';
import { setImmediate as turn } from 'node:timers/promises';
import { NO_SEQ } from '../dedup/id-table.js';
import { LOOKUP, scanLog, type LogItem } from '../log/scan.js';
import { KeyTable } from './key-table.js';

/** A log whose messages are appended one after the other, and become durable later. */
export interface AppendedLog {
  /** The oldest seq that is kept. */
  readonly firstSeq: number;
  /** The seq that the next appended message gets. */
  readonly nextSeq: number;
  /** See `Log.read`. */
  read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]>;
  /** Resolves when a seq that was assigned is durable, rejects when its append failed. */
  whenDurable(seq: number): Promise<void>;
}

/** The event loop has a turn after each read: this takes a few milliseconds. */
const READ_BYTES = 128 * 1024;
/** How many keys are known exactly, those that were asked for or appended to last. */
const RECENT_KEYS = 4_096;

/**
 * The last seq of each ordering key of a log: made by reading all of it once, then kept up with what is appended. The
 * table may confuse keys, so the message that it names is read, unless the key was asked for lately.
 * When an append fails, it is wrong: make another.
 */
export class KeySeqs {
  /** Resolves when the log was read. */
  readonly built: Promise<void>;
  readonly #log: AppendedLog;
  readonly #table: KeyTable;
  readonly #recent = new Map<string, number>();
  /** By key, what is read. */
  readonly #finding = new Map<string, Promise<void>>();
  #isBuilt = false;

  constructor(log: AppendedLog, table = new KeyTable()) {
    this.#log = log;
    this.#table = table;
    this.built = this.#build(log.nextSeq - 1);
  }

  /** The last seq of a key, `NO_SEQ` when no message that is kept has it; or a promise: ask again when it resolves. */
  last(key: string): number | Promise<void> {
    if (!this.#isBuilt) return this.built;
    const known = this.#recent.get(key);
    const seq = known ?? this.#table.get(key);
    if (seq < this.#log.firstSeq) return NO_SEQ;
    return known ?? this.#finding.get(key) ?? this.#find(key, seq);
  }

  /** The messages of a frame were appended, from a seq on. */
  add(frame: Frame, firstSeq: number): void {
    for (let index = 0; index < frame.count; index++) {
      const key = orderingKeyOf(frame, index);
      if (key === undefined) continue;
      this.#table.raise(key, firstSeq + index, this.#log.firstSeq);
      // It is later than what is being read.
      if (this.#finding.delete(key) || this.#recent.has(key)) this.#remember(key, firstSeq + index);
    }
    frame.releaseTexts();
  }

  async #build(lastSeq: number): Promise<void> {
    await this.#log.whenDurable(lastSeq);
    for await (const item of this.#scan(lastSeq))
      if (item.kind === 'frame') this.add(item.frame, item.frame.firstSeq);
    this.#isBuilt = true;
  }

  /** The table has a seq that the key may have. */
  #find(key: string, seq: number): Promise<void> {
    const isCurrent = (): boolean => this.#finding.get(key) === finding;
    const finding: Promise<void> = this.#lastOf(key, seq)
      .then((last) => {
        if (isCurrent()) this.#remember(key, last);
      })
      .finally(() => {
        if (isCurrent()) this.#finding.delete(key);
      });
    this.#finding.set(key, finding);
    return finding;
  }

  #remember(key: string, seq: number): void {
    this.#recent.delete(key);
    this.#recent.set(key, seq);
    const [oldest] = this.#recent.keys();
    if (oldest !== undefined && this.#recent.size > RECENT_KEYS) this.#recent.delete(oldest);
  }

  /** The last seq of a key up to another one. */
  async #lastOf(key: string, upTo: number): Promise<number> {
    await this.#log.whenDurable(upTo);
    const [item] = await this.#log.read(upTo, LOOKUP);
    if (item !== undefined && lastIn(item, key, upTo) === upTo) return upTo;
    // It has the hash of another key, or is damaged: as good as never.
    let last = NO_SEQ;
    for await (const each of this.#scan(upTo)) last = Math.max(last, lastIn(each, key, upTo));
    return last;
  }

  /** From the oldest message that is kept on. */
  #scan(lastSeq: number): AsyncGenerator<LogItem, undefined> {
    const read = async (fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> => {
      await turn();
      return this.#log.read(fromSeq, maxBytes);
    };
    return scanLog({ lastSeq, read }, READ_BYTES, this.#log.firstSeq);
  }
}

/** The last seq of a key among the messages of an item up to a seq. */
const lastIn = (item: LogItem, key: string, upTo: number): number => {
  if (item.kind === 'gap') return NO_SEQ;
  const { frame } = item;
  let index = Math.min(frame.lastSeq, upTo) - frame.firstSeq;
  while (index >= 0 && orderingKeyOf(frame, index) !== key) index--;
  frame.releaseTexts();
  return index < 0 ? NO_SEQ : frame.firstSeq + index;
};
