import type { Frame } from '@typed-queue/contracts/wire';
import type { JournalEvent } from '../journal/journal-event.js';
import { ReadCollector } from '../journal/reading/read-collector.js';
import type { ReadResult, SegmentRead, SegmentSource } from '../journal/reading/segment-read.js';
import type { SegmentList } from '../journal/segment/segment-list.js';
import { FrameParts } from './frame-parts.js';
import type { StoredRecord } from './record.js';
import type { Reader, RecordStream } from './record-stream.js';
import type { StoreRequests } from './store-requests.js';
import type { StreamIndex } from './stream-index.js';

/** How many records are asked for at once, at most. */
const MAX_AHEAD = 32;

export interface NatsSegmentsOptions {
  readonly name: string;
  readonly stream: RecordStream;
  readonly requests: Pick<StoreRequests, 'read'>;
  readonly list: Pick<SegmentList, 'includes'>;
  readonly index: StreamIndex;
  /** The position after the last message of the stream. */
  readonly end: () => number;
  readonly log: (event: JournalEvent) => void;
}

/** The segments of a journal: batches in a row of the stream. */
export class NatsSegments implements SegmentSource {
  readonly #options: NatsSegmentsOptions;
  readonly #reportedGaps = new Set<number>();

  constructor(options: NatsSegmentsOptions) {
    this.#options = options;
  }

  async read(read: SegmentRead): Promise<ReadResult> {
    const { segment } = read;
    let found = await this.#read(read, 'any');
    // A replica may lack what was stored last.
    if (found.gaps.length > 0) found = await this.#read(read, 'leader');
    if (!this.#options.list.includes(segment)) throw new Error(`${segment.path} was dropped`);
    for (const gap of found.gaps) this.#report(segment.path, gap);
    return found;
  }

  async #read(
    { segment, fromSeq, limitSeq, maxBytes }: SegmentRead,
    reader: Reader,
  ): Promise<ReadResult & Pick<ReadCollector, 'gaps'>> {
    const collector = new ReadCollector(fromSeq, maxBytes);
    const parts = new FrameParts(this.#options.name);
    const fetch = new BatchFetch(this.#options, segment.firstSeq, reader);
    await fetch.seek(fromSeq);
    let dueSeq = fromSeq;
    let bytes = 0;
    const take = (frame: Frame): void => {
      if (frame.firstSeq >= limitSeq || collector.next !== undefined) return;
      collector.visit({ frame, offset: 0, dueSeq, badFrom: undefined });
      dueSeq = Math.max(dueSeq, frame.lastSeq + 1);
    };
    while (collector.next === undefined && !fetch.ended && dueSeq < limitSeq) {
      for (const record of await fetch.next(Math.max(1, maxBytes) - bytes, parts.missing)) {
        if (record.header.firstSeq >= limitSeq) fetch.end();
        parts.add(record).forEach(take);
        bytes += record.bytes.byteLength;
      }
    }
    const isEnd = collector.next === undefined;
    // There was no more: what is missing up to the next segment is lost.
    if (isEnd) collector.addGap(dueSeq, limitSeq);
    const { items, gaps, next } = collector;
    return { items, gaps, nextSeq: next?.seq ?? limitSeq };
  }

  #report(file: string, seqs: readonly [number, number]): void {
    if (this.#reportedGaps.has(seqs[0])) return;
    this.#reportedGaps.add(seqs[0]);
    this.#options.log({ kind: 'gap', file, seqs });
  }
}

/** Fetches the batches of one segment, in order. */
class BatchFetch {
  readonly #options: NatsSegmentsOptions;
  readonly #firstSeq: number;
  readonly #reader: Reader;
  #from = 1;
  #high = 1;
  #asked = 0;
  #records = 0;
  #bytes = 0;

  constructor(options: NatsSegmentsOptions, firstSeq: number, reader: Reader) {
    this.#options = options;
    this.#firstSeq = firstSeq;
    this.#reader = reader;
  }

  get ended(): boolean {
    return this.#from >= this.#high;
  }
  end(): void {
    this.#from = this.#high;
  }

  /** Goes to the batch with a message, or to what is stored in its place: by bisection, where it is not known. */
  async seek(seq: number): Promise<void> {
    const { index, end } = this.#options;
    let { low, high } = index.bounds(this.#firstSeq, seq, end());
    let start = low;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      const record = await this.#next(middle);
      if (record === undefined || record.position >= high || record.header.firstSeq > seq) {
        high = middle;
      } else {
        low = record.position;
        start = Math.max(start, low - record.header.part + 1);
      }
    }
    this.#from = start;
    this.#high = index.endOf(this.#firstSeq) ?? end();
  }

  /** Reads the next records: about `bytes` in all, but at least the `missing` parts of the frame that was begun. */
  async next(bytes: number, missing: number): Promise<readonly StoredRecord[]> {
    const average = this.#records === 0 ? bytes : this.#bytes / this.#records;
    const wanted = Math.max(1, missing, Math.floor(bytes / Math.max(1, average)));
    // Few at first: large records may follow small ones.
    const count = Math.min(wanted, Math.max(missing, 2 * this.#asked, 1), MAX_AHEAD, this.#high - this.#from);
    this.#asked = count;
    const found = await Promise.all(
      Array.from({ length: count }, (_, index) => this.#next(this.#from + index)),
    );
    const records: StoredRecord[] = [];
    for (const record of found) {
      if (record === undefined || record.position >= this.#high) this.end();
      else if (record.position >= this.#from) {
        records.push(record);
        this.#from = record.position + 1;
      }
    }
    this.#records += records.length;
    this.#bytes += records.reduce((sum, record) => sum + record.bytes.byteLength, 0);
    return records;
  }

  async #next(position: number): Promise<StoredRecord | undefined> {
    const { stream, requests, index } = this.#options;
    const record = await requests.read(() => stream.next(this.#reader, 'batch', position));
    if (record?.header.part === 1) {
      const { firstSeq } = record.header;
      const isHere = record.position < (index.endOf(this.#firstSeq) ?? Infinity);
      if (isHere) index.learn(this.#firstSeq, firstSeq, record.position);
    }
    return record;
  }
}
