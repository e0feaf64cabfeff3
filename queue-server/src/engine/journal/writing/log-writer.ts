import { join } from 'node:path';
import { DURABLE, type Batch, type BatchWriter, type WriteResult } from './batch-writer.js';
import { SegmentWriter, failedWrite, type Writing } from './segment-writer.js';
import type { DedupState } from '../dedup-state.js';
import type { DurableCheckpointFile } from '../segment/durable-checkpoint.js';
import { InlineFlushes } from './inline-flushes.js';
import { isShortage, type FileSystem } from '../file-system.js';
import type { JournalEvent } from '../journal-event.js';
import { encodeFooter } from '../segment/segment-footer.js';
import { segmentName, type Segment } from '../segment/segment-header.js';
import type { SegmentList } from '../segment/segment-list.js';

export interface WritingOptions {
  readonly segmentBytes: number;
  readonly inlineBytes: number;
  readonly fillBytes: number;
}

export interface WriterOptions extends WritingOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly now: () => number;
  readonly steadyNow: () => number;
  readonly dedup?: DedupState;
  readonly log: (event: JournalEvent) => void;
}

/** The state of a log that was opened. */
export interface LogState {
  readonly epoch: string;
  readonly list: SegmentList;
  /** The segment to append to; undefined when the next append needs a new one. */
  readonly active: SegmentWriter | undefined;
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
  readonly checkpoint: DurableCheckpointFile;
}

/** Writes the log, segment by segment. Its calls must not overlap. */
export class LogWriter implements BatchWriter {
  readonly #options: WriterOptions;
  readonly #epoch: string;
  readonly #list: SegmentList;
  readonly #checkpoint: DurableCheckpointFile;
  readonly #inline: InlineFlushes;
  #active: SegmentWriter | undefined;
  /** False once the active segment is sealed or a write to it broke. */
  #writable: boolean;
  #nextSeq: number;
  #time: number;

  constructor(options: WriterOptions, state: LogState) {
    this.#options = options;
    this.#epoch = state.epoch;
    this.#list = state.list;
    this.#checkpoint = state.checkpoint;
    this.#inline = new InlineFlushes(options.inlineBytes, options.steadyNow);
    this.#active = state.active;
    this.#writable = state.active !== undefined;
    this.#nextSeq = state.nextSeq;
    this.#time = state.time;
    if (state.active) state.list.resizeLast(state.active.end);
    this.#writeCheckpoint();
  }

  get active(): SegmentWriter | undefined {
    return this.#active;
  }
  get nextSeq(): number {
    return this.#nextSeq;
  }
  /** The first seq of the segment that the next message is written to, as far as is known. */
  get activeFirstSeq(): number {
    return this.#writable && this.#active ? this.#active.segment.firstSeq : this.#nextSeq;
  }

  prepare(): Promise<WriteResult> {
    return this.#makeRoom(0);
  }

  /**
   * Makes a batch durable. A segment that breaks is left as it is, and the batch is written to a new one;
   * `broken` means that this failed, too.
   */
  async write(batch: Batch): Promise<WriteResult> {
    return twice(() => this.#attempt(batch));
  }

  async roll(): Promise<WriteResult> {
    return twice(() => this.#roll());
  }

  async close(): Promise<void> {
    this.#writeCheckpoint();
    // What fails here is done at the next start.
    if (this.#writable) await this.#active?.cutZeros().catch(() => undefined);
    await Promise.all([this.#active?.close(), this.#checkpoint.close()]);
  }

  async #attempt(batch: Batch): Promise<WriteResult> {
    const ready = await this.#makeRoom(batch.bytes);
    const active = this.#active;
    if (ready.kind !== 'durable' || !active) return ready;
    // The clock may be set back; the time of the log never is.
    const time = Math.max(this.#time, this.#options.now());
    const written = this.#inline.next(batch.bytes)
      ? await this.#inline.measured(() => active.write(batch, time, true))
      : await active.write(batch, time, false);
    if (written.kind === 'broken') this.#giveUp(active, written.error);
    if (written.kind === 'durable') {
      this.#time = time;
      this.#nextSeq = batch.nextSeq;
      this.#list.resizeLast(active.end);
      this.#writeCheckpoint();
    }
    return written;
  }

  async #makeRoom(bytes: number): Promise<WriteResult> {
    const active = this.#active;
    if (!this.#writable || !active) return this.#start();
    const fits = active.isEmpty || active.end + bytes <= this.#options.segmentBytes;
    return fits ? DURABLE : this.#roll();
  }

  async #roll(): Promise<WriteResult> {
    const active = this.#active;
    if (!this.#writable || !active) return this.#start();
    if (active.isEmpty) return DURABLE;
    const written = await this.#writeFooter(active);
    return written.kind === 'full' ? written : this.#start();
  }

  async #writeFooter(active: SegmentWriter): Promise<WriteResult> {
    const { dedup, log } = this.#options;
    const { end, index, segment } = active;
    const nextSeq = this.#nextSeq;
    const [producers, ids] = [dedup?.producerSnapshot(nextSeq), dedup?.ids(segment.firstSeq, nextSeq)];
    const content = { index, producers, ids };
    const footer = encodeFooter({ epoch: this.#epoch, end, nextSeq, time: this.#time, content });
    const written = await active.writeFooter(footer);
    if (written.kind === 'broken') this.#giveUp(active, written.error);
    if (written.kind === 'durable') {
      this.#writable = false;
      this.#list.resizeLast(footer.reduce((sum, part) => sum + part.byteLength, end));
      const seqs = [segment.firstSeq, nextSeq - 1] as const;
      log({ kind: 'segment-sealed', file: segment.path, seqs, bytes: end });
    }
    return written;
  }

  /** Never writes to a segment again. Up to its durable offset it is intact. */
  #giveUp({ end, segment }: SegmentWriter, error: unknown): void {
    this.#writable = false;
    this.#options.log({ kind: 'segment-failed', file: segment.path, durableOffset: end, error });
  }

  async #start(): Promise<WriteResult> {
    const { dir, fileSystem, now, log } = this.#options;
    const firstSeq = this.#nextSeq;
    const segment: Segment = { firstSeq, path: join(dir, segmentName(firstSeq)) };
    const header = { epoch: this.#epoch, firstSeq, created: Math.max(this.#time, now()) };
    const before = this.#active;
    try {
      this.#active = await SegmentWriter.create(dir, header, {
        fileSystem,
        segment,
        ...writingOf(this.#options),
      });
    } catch (error) {
      return failedWrite(error);
    }
    this.#list.add({ segment, begun: header.created, bytes: this.#active.end });
    this.#writable = true;
    this.#time = header.created;
    this.#writeCheckpoint();
    log({ kind: 'segment-started', file: segment.path });
    await before?.close().catch(() => undefined);
    return DURABLE;
  }

  #writeCheckpoint(): void {
    const active = this.#active;
    if (!this.#writable || !active) return;
    const { segment, end } = active;
    this.#checkpoint.write({
      epoch: this.#epoch,
      segment: segment.firstSeq,
      offset: end,
      nextSeq: this.#nextSeq,
      time: this.#time,
    });
  }
}

/** How its segments are written. */
export const writingOf = ({ inlineBytes, fillBytes, segmentBytes }: WritingOptions): Writing => ({
  inline: inlineBytes > 0,
  fill: { bytes: inlineBytes > 0 ? fillBytes : 0, limit: segmentBytes },
});

/** A segment that broke is followed by another one. A failure by a shortage says nothing about the disk. */
const twice = async (attempt: () => Promise<WriteResult>): Promise<WriteResult> => {
  const first = await attempt();
  if (first.kind !== 'broken') return first;
  const second = await attempt();
  const isShort = second.kind === 'broken' && [first, second].some(({ error }) => isShortage(error));
  return isShort ? { kind: 'short', error: second.error } : second;
};
