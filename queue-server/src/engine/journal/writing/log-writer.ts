import { join } from 'node:path';
import { ActiveSegment } from './active-segment.js';
import type { DerivedState } from '../derived-state.js';
import type { MarkFile } from '../segment/durable-mark.js';
import { isShortage, type FileSystem } from '../file-system.js';
import { DURABLE, notWritten, type Group, type Written } from './group.js';
import type { JournalEvent } from '../journal-event.js';
import { encodeSeal } from '../segment/seal.js';
import { segmentName, type Segment } from '../segment/segment-header.js';
import type { SegmentList } from '../segment/segment-list.js';

export interface WriterOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly now: () => number;
  readonly segmentBytes: number;
  readonly inlineBytes: number;
  readonly derived?: DerivedState;
  readonly log: (event: JournalEvent) => void;
}

/** Where a log stands when it is opened. */
export interface LogState {
  readonly epoch: string;
  readonly list: SegmentList;
  /** The segment to go on in; undefined when the next append needs a new one. */
  readonly active: ActiveSegment | undefined;
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
  readonly mark: MarkFile;
}

/** Writes the log, segment by segment. Its calls must not overlap. */
export class LogWriter {
  readonly #options: WriterOptions;
  readonly #epoch: string;
  readonly #list: SegmentList;
  readonly #mark: MarkFile;
  #active: ActiveSegment | undefined;
  /** May the active segment be written? Not once it is sealed or the disk failed it. */
  #writable: boolean;
  #nextSeq: number;
  #time: number;

  constructor(options: WriterOptions, state: LogState) {
    this.#options = options;
    this.#epoch = state.epoch;
    this.#list = state.list;
    this.#mark = state.mark;
    this.#active = state.active;
    this.#writable = state.active !== undefined;
    this.#nextSeq = state.nextSeq;
    this.#time = state.time;
    if (state.active) state.list.resizeLast(state.active.end);
    this.#writeMark();
  }

  get active(): ActiveSegment | undefined {
    return this.#active;
  }
  /** The seq behind the last durable message. */
  get nextSeq(): number {
    return this.#nextSeq;
  }
  /** The first seq of the segment that the next message goes to, as far as is known. */
  get activeFirstSeq(): number {
    return this.#writable && this.#active ? this.#active.segment.firstSeq : this.#nextSeq;
  }

  /** Makes sure that there is a segment to write to. */
  prepare(): Promise<Written> {
    return this.#makeRoom(0);
  }

  /**
   * Makes a group durable. A segment that breaks is left as it is, and the group goes to a new one;
   * `broken` means that this failed, too.
   */
  async write(group: Group): Promise<Written> {
    return twice(() => this.#attempt(group));
  }

  /** Seals the active segment and starts a new one. Does nothing when it is empty. */
  async roll(): Promise<Written> {
    return twice(() => this.#roll());
  }

  async close(): Promise<void> {
    this.#writeMark();
    await Promise.all([this.#active?.close(), this.#mark.close()]);
  }

  async #attempt(group: Group): Promise<Written> {
    const ready = await this.#makeRoom(group.bytes);
    const active = this.#active;
    if (ready.kind !== 'durable' || !active) return ready;
    // Clocks may be set back, the time of the log may not.
    const time = Math.max(this.#time, this.#options.now());
    const written = await active.write(group, time, group.bytes <= this.#options.inlineBytes);
    if (written.kind === 'broken') this.#giveUp(active, written.error);
    if (written.kind === 'durable') {
      this.#time = time;
      this.#nextSeq = group.nextSeq;
      this.#list.resizeLast(active.end);
      this.#writeMark();
    }
    return written;
  }

  async #makeRoom(bytes: number): Promise<Written> {
    const active = this.#active;
    if (!this.#writable || !active) return this.#start();
    const fits = active.isEmpty || active.end + bytes <= this.#options.segmentBytes;
    return fits ? DURABLE : this.#roll();
  }

  async #roll(): Promise<Written> {
    const active = this.#active;
    if (!this.#writable || !active) return this.#start();
    if (active.isEmpty) return DURABLE;
    const sealed = await this.#seal(active);
    return sealed.kind === 'full' ? sealed : this.#start();
  }

  async #seal(active: ActiveSegment): Promise<Written> {
    const { derived, log } = this.#options;
    const { end, index, segment } = active;
    const nextSeq = this.#nextSeq;
    const [note, ids] = [derived?.note(nextSeq), derived?.ids(segment.firstSeq, nextSeq)];
    const seal = { epoch: this.#epoch, end, nextSeq, time: this.#time, content: { index, note, ids } };
    const bytes = encodeSeal(seal);
    const sealed = await active.seal(bytes);
    if (sealed.kind === 'broken') this.#giveUp(active, sealed.error);
    if (sealed.kind === 'durable') {
      this.#writable = false;
      this.#list.resizeLast(bytes.reduce((sum, part) => sum + part.byteLength, end));
      const seqs = [segment.firstSeq, nextSeq - 1] as const;
      log({ kind: 'segment-sealed', file: segment.path, seqs, bytes: end });
    }
    return sealed;
  }

  /** Never writes to a segment again. What it holds up to its durable offset is good. */
  #giveUp({ end, segment }: ActiveSegment, error: unknown): void {
    this.#writable = false;
    this.#options.log({ kind: 'segment-failed', file: segment.path, durableOffset: end, error });
  }

  async #start(): Promise<Written> {
    const { dir, fileSystem, now, inlineBytes, log } = this.#options;
    const firstSeq = this.#nextSeq;
    const segment: Segment = { firstSeq, path: join(dir, segmentName(firstSeq)) };
    const header = { epoch: this.#epoch, firstSeq, created: Math.max(this.#time, now()) };
    const before = this.#active;
    try {
      this.#active = await ActiveSegment.create(fileSystem, dir, segment, header, inlineBytes > 0);
    } catch (error) {
      return notWritten(error);
    }
    this.#list.add({ segment, begun: header.created, bytes: this.#active.end });
    this.#writable = true;
    this.#time = header.created;
    this.#writeMark();
    log({ kind: 'segment-started', file: segment.path });
    await before?.close().catch(() => undefined);
    return DURABLE;
  }

  #writeMark(): void {
    const active = this.#active;
    if (!this.#writable || !active) return;
    const { segment, end } = active;
    const mark = { epoch: this.#epoch, segment: segment.firstSeq, offset: end };
    this.#mark.write({ ...mark, nextSeq: this.#nextSeq, time: this.#time });
  }
}

/** A segment that broke is followed by another one. What a shortage broke says nothing about the disk. */
const twice = async (attempt: () => Promise<Written>): Promise<Written> => {
  const first = await attempt();
  if (first.kind !== 'broken') return first;
  const second = await attempt();
  const isShort = second.kind === 'broken' && [first, second].some(({ error }) => isShortage(error));
  return isShort ? { kind: 'short', error: second.error } : second;
};
