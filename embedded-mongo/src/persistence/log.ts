import { QueueError } from '@typed-queue/contracts';
import { flushFolder } from '@typed-queue/program';
import { closeSync, existsSync, fdatasyncSync, ftruncateSync, openSync } from 'node:fs';
import { fsyncSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Operation } from '../store/operation.js';
import { encodeRecord, MAGIC, readRecord } from './record.js';

/** What a log file holds. */
interface StoredLog {
  readonly operations: readonly Operation[];
  /** Bytes of an incomplete last record, which is ignored. */
  readonly torn: number;
}

/**
 * Reads a log; a missing one is empty.
 * @throws QueueError `journal_unsupported` for another file or format, `storage_failed` for one that is damaged
 */
export const readLog = (path: string): StoredLog => {
  if (!existsSync(path)) return { operations: [], torn: 0 };
  const bytes = readFileSync(path);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new QueueError(
      'journal_unsupported',
      `${path} is no log of this version of embedded-mongo. Move it away, or set another DATA_DIR.`,
    );
  }
  const operations: Operation[] = [];
  let offset = MAGIC.length;
  while (offset < bytes.length) {
    const read = readRecord(bytes, offset);
    if (read.kind === 'torn') return { operations, torn: bytes.length - offset };
    if (read.kind === 'damaged') throw damaged(path, offset);
    for (const operation of read.operations) operations.push(operation);
    offset = read.end;
  }
  return { operations, torn: 0 };
};

const damaged = (path: string, offset: number): QueueError =>
  new QueueError(
    'storage_failed',
    `${path} is damaged at byte ${offset}, with more after it. Keep a copy of it, then move it away to start empty.`,
  );

/**
 * The append-only file of the store. A flush writes all appended operations as one record, so that after a crash there
 * are all or none.
 */
export class Log {
  readonly #file: number;
  #pending: Operation[] = [];
  #length: number;
  #failure: Error | undefined;
  #closed = false;

  /** Replaces the file by one that holds only these operations; resolves when it is on the disk. Its folder exists. */
  static async open(path: string, operations: Iterable<Operation>): Promise<Log> {
    const log = new Log(path, operations);
    await flushFolder(dirname(path));
    return log;
  }

  private constructor(path: string, operations: Iterable<Operation>) {
    const temporary = `${path}.new`;
    this.#file = openSync(temporary, 'w', 0o600);
    this.#length = 0;
    this.#write(MAGIC);
    for (const operation of operations) this.#write(encodeRecord([operation]));
    fsyncSync(this.#file);
    renameSync(temporary, path);
  }

  append(operation: Operation): void {
    this.#pending.push(operation);
  }

  /**
   * Writes what was appended; `disk` waits until the disk has it.
   * @throws the error of the system, and again at every later call: the memory is ahead of the file then
   */
  flush(disk = false): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pending.length === 0 || this.#closed) return;
    const record = encodeRecord(this.#pending);
    this.#pending = [];
    const length = this.#length;
    try {
      this.#write(record);
      if (disk) fdatasyncSync(this.#file);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      ftruncateSync(this.#file, length);
      throw this.#failure;
    }
  }

  #write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#file, bytes, written, bytes.length - written, this.#length + written);
    }
    this.#length += bytes.length;
  }

  close(): void {
    if (this.#closed) return;
    if (this.#failure === undefined) this.flush(true);
    this.#closed = true;
    closeSync(this.#file);
  }
}
