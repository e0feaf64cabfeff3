import { Long } from 'bson';
import { MAX_DOCUMENT, sizeOf, type Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import type { Call, Command } from './command.js';

/** Where a cursor's documents come from. */
export interface Source {
  /** Up to so many documents, not more bytes than an answer may have. */
  take(count: number): readonly Document[];
  /** Whether more may come. */
  readonly open: boolean;
}

/** A source of documents that are there already. */
export const listSource = (documents: readonly Document[]): Source => {
  let at = 0;
  return {
    get open() {
      return at < documents.length;
    },
    take: (count) => {
      const batch: Document[] = [];
      for (let bytes = 0; batch.length < count && at < documents.length; at++) {
        const document = documents[at] ?? {};
        bytes += sizeOf(document);
        if (batch.length > 0 && bytes > MAX_DOCUMENT) break;
        batch.push(document);
      }
      return batch;
    },
  };
};

const FIRST_BATCH = 101;
const IDLE_MS = 10 * 60_000;

interface Cursor {
  readonly namespace: string;
  readonly source: Source;
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

  get size(): number {
    return this.#cursors.size;
  }

  /** The answer that begins a cursor. */
  begin(namespace: string, source: Source, batchSize = FIRST_BATCH): Document {
    const firstBatch = source.take(batchSize);
    let id = 0n;
    if (source.open) {
      this.#closeIdle();
      id = ++this.#last;
      this.#cursors.set(id, { namespace, source, usedAt: this.#now() });
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
    const { source, namespace } = cursor;
    const nextBatch = source.take(batchSize);
    if (!source.open) this.#cursors.delete(id);
    const next = Long.fromBigInt(source.open ? id : 0n);
    return { cursor: { nextBatch, id: next, ns: namespace } };
  }

  /** Returns whether there was one. */
  close(id: bigint): boolean {
    return this.#cursors.delete(id);
  }
}

const getMore = ({ instance, subject, args }: Call): Document => {
  args.string('collection');
  const batchSize = args.count('batchSize', 0);
  args.end();
  const id = BigInt(String(subject));
  return instance.cursors.more(id, batchSize === 0 ? Infinity : batchSize);
};

const killCursors = ({ instance, args }: Call): Document => {
  const ids = args.array('cursors').map((id) => BigInt(String(id)));
  args.end();
  const killed = ids.filter((id) => instance.cursors.close(id));
  const [cursorsKilled, cursorsNotFound] = [killed, ids.filter((id) => !killed.includes(id))];
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
};

export const cursorCommands: Readonly<Record<string, Command>> = {
  getMore: { run: getMore, inTransaction: true },
  killCursors: { run: killCursors, inTransaction: true },
};
