import { Buffer } from 'node:buffer';
import type { DedupState } from '../journal/dedup-state.js';
import type { JournalEvent } from '../journal/journal-event.js';
import type { ListedSegment, SegmentList } from '../journal/segment/segment-list.js';
import { DURABLE, type Batch, type BatchWriter, type WriteResult } from '../journal/writing/batch-writer.js';
import { changedJournal } from './journal-errors.js';
import type { RecordAppender } from './record-appender.js';
import type { RecordKind } from './nats-names.js';
import { ownerRecord, partsOf, recordOf, type JournalRecord, type RecordHeader } from './record.js';
import type { RecordStream } from './record-stream.js';
import { markContent, segmentPath, type StateAt } from './segment-mark.js';
import type { StoreRequests } from './store-requests.js';
import type { StreamIndex } from './stream-index.js';
import type { StreamStore } from './stream-store.js';

/**
 * A segment with as many records is full: they are read one by one, by the next owner before it serves. Where each message is
 * published by itself it is that many messages.
 */
export const SEGMENT_RECORDS = 4_096;

/** The end of a journal as it was opened. */
export interface JournalEnd {
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
  /** The segment to append to: the last one of the list. */
  readonly active: ListedSegment;
  /** What has to be stored before everything else: JetStream had no room for it. */
  readonly unclaimed: JournalRecord | undefined;
}

export interface NatsWriterOptions {
  readonly store: StreamStore;
  readonly stream: RecordStream;
  readonly requests: StoreRequests;
  readonly epoch: string;
  readonly appender: RecordAppender;
  readonly list: SegmentList;
  readonly index: StreamIndex;
  readonly segmentBytes: number;
  /** What the content of a record may have. */
  readonly recordBytes: number;
  readonly now: () => number;
  readonly dedup?: DedupState | undefined;
  readonly log: (event: JournalEvent) => void;
}

/** Writes a journal in JetStream, segment by segment. Its calls must not overlap. */
export class NatsWriter implements BatchWriter {
  readonly #options: NatsWriterOptions;
  #active: ListedSegment;
  #nextSeq: number;
  #time: number;
  #unclaimed: JournalRecord | undefined;

  constructor(options: NatsWriterOptions, { active, nextSeq, time, unclaimed }: JournalEnd) {
    this.#options = options;
    this.#active = active;
    this.#nextSeq = nextSeq;
    this.#time = time;
    this.#unclaimed = unclaimed;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }
  get activeFirstSeq(): number {
    return this.#active.segment.firstSeq;
  }

  async prepare(): Promise<WriteResult> {
    if (this.#unclaimed === undefined) return DURABLE;
    const claimed = await this.#append(this.#unclaimed);
    if (claimed.kind === 'durable') this.#unclaimed = undefined;
    return claimed;
  }

  /** Whether there is room: nothing but storing something tells. */
  async hasRoom(): Promise<boolean> {
    const prepared = await (this.#unclaimed === undefined
      ? this.#append(ownerRecord(this.#header({}), this.#options.epoch))
      : this.prepare());
    return prepared.kind === 'durable';
  }

  async write(batch: Batch): Promise<WriteResult> {
    if (this.#isFull(batch)) {
      const rolled = await this.roll();
      if (rolled.kind !== 'durable') return rolled;
    }
    return this.#whole(() => this.#write(batch));
  }

  #isFull(batch: Batch): boolean {
    const { segmentBytes, index, appender } = this.#options;
    const { bytes, segment } = this.#active;
    const begins = index.place(segment.firstSeq)?.begins ?? appender.position;
    const records = appender.position - begins;
    return bytes > 0 && (bytes + batch.bytes > segmentBytes || records >= SEGMENT_RECORDS);
  }

  roll(): Promise<WriteResult> {
    return this.#whole(() => this.#roll());
  }

  async #roll(): Promise<WriteResult> {
    const { dedup, appender } = this.#options;
    const { firstSeq } = this.#active.segment;
    const nextSeq = this.#nextSeq;
    if (nextSeq === firstSeq) return DURABLE;
    const snapshot = dedup?.producerSnapshot(nextSeq);
    const needs = appender.position + 1;
    const producers = await this.#writeState(snapshot === undefined ? undefined : Buffer.from(snapshot));
    if (producers.kind !== 'written') return producers;
    const ids = await this.#writeState(dedup?.ids(firstSeq, nextSeq));
    if (ids.kind !== 'written') return ids;
    return this.#begin(needs, { producers: producers.at, ids: ids.at });
  }

  /** Ends the active segment with a mark. */
  async #begin(needs: number, state: Record<'producers' | 'ids', StateAt | undefined>): Promise<WriteResult> {
    const { now, list, index, log, epoch, stream, appender } = this.#options;
    const { segment, bytes } = this.#active;
    const firstSeq = this.#nextSeq;
    const begun = Math.max(this.#time, now());
    const sealed = { bytes, time: this.#time, ...state };
    const content = markContent({ epoch, firstSeq, begun, sealed });
    const written = await this.#append(recordOf('segment', this.#header({ bytes: 0 }), [content]));
    if (written.kind !== 'durable') return written;
    log({ kind: 'segment-sealed', file: segment.path, seqs: [segment.firstSeq, firstSeq - 1], bytes });
    const next = { firstSeq, path: segmentPath(stream.names.stream, firstSeq) };
    this.#active = { segment: next, begun, bytes: 0 };
    index.begin(firstSeq, { begins: appender.position, needs });
    list.add(this.#active);
    log({ kind: 'segment-started', file: next.path });
    return DURABLE;
  }

  async #write(batch: Batch): Promise<WriteResult> {
    const { now, appender, index, list } = this.#options;
    // The clock may be set back; the time of the log never is.
    const time = Math.max(this.#time, now());
    const content = stamped(batch, time, this.#active.bytes);
    const bytes = this.#active.bytes + batch.bytes;
    const { firstSeq, nextSeq } = batch;
    const first = appender.position + 1;
    const written = await this.#writeParts('batch', content, { firstSeq, nextSeq, time, bytes });
    if (written.kind !== 'durable') return written;
    index.learn(this.activeFirstSeq, firstSeq, first);
    this.#time = time;
    this.#nextSeq = nextSeq;
    this.#active = { ...this.#active, bytes };
    list.resizeLast(bytes);
    return DURABLE;
  }

  async #writeState(
    content: Uint8Array | undefined,
  ): Promise<
    | { readonly kind: 'written'; readonly at: StateAt | undefined }
    | Exclude<WriteResult, { readonly kind: 'durable' }>
  > {
    if (content === undefined) return { kind: 'written', at: undefined };
    const position = this.#options.appender.position + 1;
    const written = await this.#writeParts('state', [content], {});
    if (written.kind !== 'durable') return written;
    return { kind: 'written', at: { position, parts: this.#options.appender.position + 1 - position } };
  }

  /** Writes content in as many records as it needs: it is stored with the last one. */
  async #writeParts(
    kind: RecordKind,
    content: readonly Uint8Array[],
    stored: Partial<RecordHeader>,
  ): Promise<WriteResult> {
    const { recordBytes } = this.#options;
    const bytes = content.reduce((sum, piece) => sum + piece.byteLength, 0);
    if (bytes <= recordBytes) return this.#append(recordOf(kind, this.#header(stored), content));
    const parts = partsOf(Buffer.concat(content), recordBytes);
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const header = this.#header(isLast ? stored : {});
      const record = recordOf(kind, { ...header, part: index + 1, parts: parts.length }, [part]);
      const written = await this.#append(record);
      if (written.kind !== 'durable') return written;
    }
    return DURABLE;
  }

  /** Removes again what was written of something that has no room as a whole. */
  async #whole(write: () => Promise<WriteResult>): Promise<WriteResult> {
    const { appender, stream, requests } = this.#options;
    const first = appender.position + 1;
    const written = await write();
    if (written.kind !== 'full') return written;
    for (let position = appender.position; position >= first; position--) {
      // What cannot be removed takes room, and does nothing else.
      await requests.repeat(() => stream.remove(position)).catch(() => undefined);
    }
    return written;
  }

  async #append(record: JournalRecord): Promise<WriteResult> {
    const { appender, store, stream } = this.#options;
    const appended = await appender.append(record);
    if (appended.kind !== 'foreign') return appended;
    const error = changedJournal(stream.names.stream, appended.why);
    store.fail(error);
    return { kind: 'broken', error };
  }

  /** How the journal is now, but for some of it. */
  #header(changed: Partial<RecordHeader>): RecordHeader {
    const nextSeq = this.#nextSeq;
    const { bytes } = this.#active;
    return { firstSeq: nextSeq, nextSeq, time: this.#time, bytes, part: 1, parts: 1, ...changed };
  }
}

/** The bytes of the frames of a batch. */
const stamped = (batch: Batch, time: number, offset: number): readonly Uint8Array[] => {
  let { firstSeq } = batch;
  return batch.frames.map((frame) => {
    frame.stamp({ firstSeq, time, durableOffset: offset });
    firstSeq += frame.count;
    return frame.bytes;
  });
};
