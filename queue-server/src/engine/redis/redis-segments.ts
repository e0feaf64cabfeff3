import { frameAt, type Frame } from '@typed-queue/contracts/wire';
import { Buffer } from 'node:buffer';
import type { JournalEvent } from '../journal/journal-event.js';
import { ReadCollector } from '../journal/reading/read-collector.js';
import type { SegmentList } from '../journal/segment/segment-list.js';
import type { ReadResult, SegmentRead, SegmentSource } from '../journal/reading/segment-read.js';
import { textOf } from './answer.js';
import { READ } from './journal-scripts.js';
import type { OwnedStore } from './owned-store.js';
import { unsupportedJournal } from './redis-errors.js';

/** An entry of a stream: a frame, which may be damaged. */
interface Entry {
  readonly firstSeq: number;
  /** The seq after its last message. */
  readonly nextSeq: number;
  readonly bytes: Uint8Array;
}

/** The segments of a journal: streams of frames. */
export class RedisSegments implements SegmentSource {
  readonly #store: Pick<OwnedStore, 'read'>;
  readonly #list: Pick<SegmentList, 'includes'>;
  readonly #log: (event: JournalEvent) => void;
  readonly #reportedGaps = new Set<number>();

  constructor(
    store: Pick<OwnedStore, 'read'>,
    list: Pick<SegmentList, 'includes'>,
    log: (event: JournalEvent) => void,
  ) {
    this.#store = store;
    this.#list = list;
    this.#log = log;
  }

  async read({ segment, fromSeq, limitSeq, maxBytes }: SegmentRead): Promise<ReadResult> {
    // One frame is looked up as any read of too few bytes.
    const wanted = Math.max(1, maxBytes);
    const entries = entriesOf(await this.#store.read(READ, [segment.path], [fromSeq, wanted]));
    // What is missing then was dropped.
    if (!this.#list.includes(segment)) throw new Error(`${segment.path} was dropped`);
    const collector = new ReadCollector(fromSeq, maxBytes);
    let dueSeq = fromSeq;
    let bytes = 0;
    for (const entry of entries) {
      if (entry.firstSeq >= limitSeq || collector.next !== undefined) break;
      bytes += entry.bytes.byteLength;
      const frame = frameIn(entry, segment.path);
      if (frame === undefined) collector.addGap(Math.max(dueSeq, entry.firstSeq), entry.nextSeq);
      else collector.visit({ frame, offset: 0, dueSeq, badFrom: undefined });
      dueSeq = Math.max(dueSeq, entry.nextSeq);
    }
    // Redis had no more: what is missing up to the next segment is lost.
    const isEnd = bytes < wanted && collector.next === undefined;
    if (isEnd) collector.addGap(dueSeq, limitSeq);
    for (const gap of collector.gaps) this.#report(segment.path, gap);
    return { items: collector.items, nextSeq: collector.next?.seq ?? (isEnd ? limitSeq : dueSeq) };
  }

  #report(file: string, seqs: readonly [number, number]): void {
    if (this.#reportedGaps.has(seqs[0])) return;
    this.#reportedGaps.add(seqs[0]);
    this.#log({ kind: 'gap', file, seqs });
  }
}

/** Of ids and frames, in turn. */
const entriesOf = (answer: readonly unknown[]): Entry[] => {
  const entries: Entry[] = [];
  for (let index = 0; index + 1 < answer.length; index += 2) {
    const [firstSeq = 0, count = 0] = textOf(answer[index]).split('-').map(Number);
    const bytes = answer[index + 1];
    if (Buffer.isBuffer(bytes)) entries.push({ firstSeq, nextSeq: firstSeq + count, bytes });
  }
  return entries;
};

/** Undefined when it is damaged. */
const frameIn = ({ firstSeq, nextSeq, bytes }: Entry, journal: string): Frame | undefined => {
  const found = frameAt(bytes);
  if (found.kind === 'foreign') throw unsupportedJournal(journal, String(found.version));
  if (found.kind !== 'frame') return undefined;
  const { frame } = found;
  return frame.firstSeq === firstSeq && frame.lastSeq + 1 === nextSeq ? frame : undefined;
};
