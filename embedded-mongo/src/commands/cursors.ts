import { Long } from 'bson';
import { MAX_DOCUMENT, sizeOf, type Document } from '../bson/document.js';
import { CommandError } from '../errors.js';

/** The first of the documents, up to a count, and not more bytes than an answer may have. */
const batchOf = (documents: readonly Document[], count: number): readonly Document[] => {
  let bytes = 0;
  const end = documents.findIndex((document, at) => {
    if (at >= count) return true;
    bytes += sizeOf(document);
    return at > 0 && bytes > MAX_DOCUMENT;
  });
  return end < 0 ? documents : documents.slice(0, end);
};

const FIRST_BATCH = 101;
const IDLE_MS = 10 * 60_000;

interface Cursor {
  readonly namespace: string;
  rest: readonly Document[];
  usedAt: number;
}

/** The cursors that are open. One that is not used for 10 minutes may be closed. */
export class Cursors {
  readonly #cursors = new Map<bigint, Cursor>();
  readonly #now: () => number;
  #last = 0n;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The answer that opens a cursor. */
  begin(namespace: string, documents: readonly Document[], batchSize = FIRST_BATCH): Document {
    const firstBatch = batchOf(documents, batchSize);
    const rest = documents.slice(firstBatch.length);
    let id = 0n;
    if (rest.length > 0) {
      this.#closeIdle();
      id = ++this.#last;
      this.#cursors.set(id, { namespace, rest, usedAt: this.#now() });
    }
    return { cursor: { firstBatch, id: Long.fromBigInt(id), ns: namespace } };
  }

  #closeIdle(): void {
    for (const [id, { usedAt }] of this.#cursors) {
      if (this.#now() - usedAt > IDLE_MS) this.#cursors.delete(id);
    }
  }

  /** @throws CommandError `CursorNotFound` */
  more(id: bigint, batchSize: number): Document {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) throw new CommandError('CursorNotFound', `cursor id ${id} not found`);
    cursor.usedAt = this.#now();
    const nextBatch = batchOf(cursor.rest, batchSize);
    cursor.rest = cursor.rest.slice(nextBatch.length);
    const isOpen = cursor.rest.length > 0;
    if (!isOpen) this.#cursors.delete(id);
    return { cursor: { nextBatch, id: Long.fromBigInt(isOpen ? id : 0n), ns: cursor.namespace } };
  }

  /** Returns whether there was one. */
  close(id: bigint): boolean {
    return this.#cursors.delete(id);
  }
}
