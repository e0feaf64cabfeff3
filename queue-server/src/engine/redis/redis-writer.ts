import type { JournalEvent } from '../journal/journal-event.js';
import type { DedupState } from '../journal/dedup-state.js';
import type { Segment } from '../journal/segment/segment-header.js';
import type { SegmentList } from '../journal/segment/segment-list.js';
import { DURABLE, type Batch, type BatchWriter, type WriteResult } from '../journal/writing/batch-writer.js';
import { failureOf } from './answer.js';
import { APPEND, HEAD, PROBE, SEAL } from './journal-scripts.js';
import type { OwnedStore, Written } from './owned-store.js';
import { StoreLost } from '../remote/store-lost.js';
import type { JournalKeys } from './redis-keys.js';

/** The end of a journal as it was opened. */
export interface JournalEnd {
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
  /** The segment to append to: the last one of the list. */
  readonly active: { readonly segment: Segment; readonly begun: number; readonly bytes: number };
}

export interface RedisWriterOptions {
  readonly store: OwnedStore;
  readonly keys: JournalKeys;
  readonly list: SegmentList;
  readonly segmentBytes: number;
  readonly now: () => number;
  readonly dedup?: DedupState | undefined;
  readonly log: (event: JournalEvent) => void;
}

/** Writes a journal in Redis, segment by segment. Its calls must not overlap. */
export class RedisWriter implements BatchWriter {
  readonly #options: RedisWriterOptions;
  #active: JournalEnd['active'];
  #nextSeq: number;
  #time: number;

  constructor(options: RedisWriterOptions, { active, nextSeq, time }: JournalEnd) {
    this.#options = options;
    this.#active = active;
    this.#nextSeq = nextSeq;
    this.#time = time;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }
  get activeFirstSeq(): number {
    return this.#active.segment.firstSeq;
  }

  prepare(): Promise<WriteResult> {
    const { store } = this.#options;
    return this.#certainly(() => store.write(PROBE, [], []));
  }

  async write(batch: Batch): Promise<WriteResult> {
    const { segmentBytes } = this.#options;
    const { bytes } = this.#active;
    if (bytes > 0 && bytes + batch.bytes > segmentBytes) {
      const rolled = await this.roll();
      if (rolled.kind !== 'durable') return rolled;
    }
    return this.#append(batch);
  }

  async roll(): Promise<WriteResult> {
    const { keys, now, store, dedup, list, log } = this.#options;
    const { segment, begun, bytes } = this.#active;
    const nextSeq = this.#nextSeq;
    if (nextSeq === segment.firstSeq) return DURABLE;
    const [producers, ids] = [dedup?.producerSnapshot(nextSeq), dedup?.ids(segment.firstSeq, nextSeq)];
    const created = Math.max(this.#time, now());
    const sealed = [`segment:${segment.firstSeq}`, `${bytes} ${begun} ${this.#time}`];
    const args = [nextSeq, ...sealed, created, producers ?? '', ids ?? ''];
    const written = await this.#certainly(() =>
      store.write(SEAL, [keys.hash, keys.ids(segment.firstSeq)], args),
    );
    if (written.kind !== 'durable') return written;
    log({ kind: 'segment-sealed', file: segment.path, seqs: [segment.firstSeq, nextSeq - 1], bytes });
    const next = { firstSeq: nextSeq, path: keys.frames(nextSeq) };
    this.#active = { segment: next, begun: created, bytes: 0 };
    list.add(this.#active);
    log({ kind: 'segment-started', file: next.path });
    return DURABLE;
  }

  async #append(batch: Batch): Promise<WriteResult> {
    const { keys, now, store, list } = this.#options;
    // The clock may be set back; the time of the log never is.
    const time = Math.max(this.#time, now());
    const bytes = this.#active.bytes + batch.bytes;
    const entries = stamped(batch, time, this.#active.bytes);
    const args = [batch.firstSeq, batch.nextSeq, time, bytes, ...entries];
    const { segment } = this.#active;
    const written = await this.#certainly(
      () => store.write(APPEND, [keys.hash, segment.path], args),
      batch.nextSeq,
    );
    if (written.kind !== 'durable') return written;
    this.#time = time;
    this.#nextSeq = batch.nextSeq;
    this.#active = { ...this.#active, bytes };
    list.resizeLast(bytes);
    return DURABLE;
  }

  /**
   * Sends a write until it is known whether it is stored. Where the connection was lost, the store is asked: by then an
   * earlier connection can write no more. `nextSeq`: the seq that is due after the write.
   */
  async #certainly(send: () => Promise<Written>, nextSeq = this.#nextSeq): Promise<WriteResult> {
    try {
      for (;;) {
        const written = await this.#attempt(send);
        if (written?.kind === 'ok') return DURABLE;
        if (written !== undefined) return await this.#foreign(written.due);
        const due = await this.#due();
        if (due === this.#nextSeq) continue;
        return due === nextSeq ? DURABLE : await this.#foreign(due);
      }
    } catch (error) {
      const failure = failureOf(error);
      return { kind: failure === 'lost' ? 'broken' : failure, error };
    }
  }

  /** Undefined when there was no answer, and the store can be asked again. */
  async #attempt(send: () => Promise<Written>): Promise<Written | undefined> {
    try {
      return await send();
    } catch (error) {
      if (failureOf(error) !== 'lost') throw error;
      if (await this.#options.store.up()) return undefined;
      throw this.#options.store.fault() ?? error;
    }
  }

  async #due(): Promise<number | undefined> {
    const { store, keys } = this.#options;
    const answered = await store.repeat(() => store.write(HEAD, [keys.hash], []));
    return answered.kind === 'head' ? answered.due : undefined;
  }

  /** Its owner was another server, or Redis lost what it had acknowledged. */
  async #foreign(due: number | undefined): Promise<WriteResult> {
    const { store, keys } = this.#options;
    const error = new StoreLost(
      `The next message of ${keys.hash} in Redis is ${due ?? 'unknown'} and not ${this.#nextSeq}: Redis lost messages, or another server wrote some.`,
    );
    await store.lost(error);
    return { kind: 'broken', error };
  }
}

/** The ids and the bytes of the entries of a batch. */
const stamped = (batch: Batch, time: number, offset: number): (string | Uint8Array)[] => {
  let firstSeq = batch.firstSeq;
  return batch.frames.flatMap((frame) => {
    frame.stamp({ firstSeq, time, durableOffset: offset });
    const id = `${firstSeq}-${frame.count}`;
    firstSeq += frame.count;
    return [id, frame.bytes];
  });
};
