import { newId } from '@typed-queue/contracts';
import { Frame, pickFrame } from '@typed-queue/contracts/wire';
import { Duplicates } from '../dedup/duplicates.js';
import type { Head, LogItem } from '../engine.js';
import type { ExpectedSeq } from '../expected/expected-seq.js';
import { LastSeqs } from '../expected/last-seqs.js';
import { FrameBuffer } from '../log/frame-buffer.js';
import type { Log, Appended } from '../log/log.js';
import { LogRetention, type RetentionRules, segmentBytes } from '../log/retention.js';
import { MemorySegments } from './memory-segments.js';

const MIN_SEGMENT_BYTES = 64 * 1024;
const MAX_SEGMENT_BYTES = 1024 * 1024;

/** The log of one queue in memory, lost when the process ends. */
export class MemoryLog implements Log {
  readonly #epoch = newId();
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #duplicates = new Duplicates();
  readonly #frames = new FrameBuffer(Infinity);
  readonly #lastSeqs = new LastSeqs(this, this.#duplicates);
  readonly #segments: MemorySegments;
  readonly #retention: LogRetention;
  readonly #onCommit: (() => void)[] = [];
  #lastSeq = 0;
  #lastTime = 0;

  constructor(rules: RetentionRules) {
    this.#now = rules.now;
    this.#wallNow = rules.wallNow ?? rules.now;
    const maxBytes = segmentBytes(rules.retention, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
    this.#segments = new MemorySegments(maxBytes, this.#time());
    const segmented = {
      segments: () => this.#segments.all,
      roll: async () => this.#segments.roll(this.#time()),
      dropBefore: async (seq: number) => this.#dropBefore(seq),
      fault: () => undefined,
    };
    this.#retention = new LogRetention(segmented, rules);
  }

  get firstSeq(): number {
    return this.#segments.firstSeq;
  }
  get nextSeq(): number {
    return this.#lastSeq + 1;
  }

  append(frame: Frame, expected?: ExpectedSeq): Promise<Appended> {
    if (expected === undefined) return this.#append(frame);
    return this.#lastSeqs.append(frame, expected, () => this.#append(frame));
  }

  /** What is appended is as durable as it will be. */
  async whenDurable(): Promise<void> {
    // Nothing to wait for.
  }

  async #append(frame: Frame): Promise<Appended> {
    const firstSeq = this.nextSeq;
    const { fresh, duplicates } = this.#duplicates.deduplicate(frame, firstSeq, this.#now());
    if (fresh.length > 0) this.#store(fresh.length === frame.count ? frame : pickFrame(frame, fresh));
    return { epoch: this.#epoch, firstSeq, duplicates };
  }

  head(): Head {
    const { firstSeq, bytes } = this.#segments;
    return { epoch: this.#epoch, firstSeq, lastSeq: this.#lastSeq, bytes };
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    const from = Math.max(1, fromSeq);
    if (from > this.#lastSeq) return [];
    const { firstSeq } = this.#segments;
    const items = this.#frames.read(Math.max(from, firstSeq), maxBytes) ?? [];
    const kept = items.map((item): LogItem =>
      item.kind === 'frame' ? { kind: 'frame', frame: withoutText(item.frame) } : item,
    );
    if (from >= firstSeq) return kept;
    return [{ kind: 'gap', gap: { from, to: firstSeq - 1, reason: 'retention' } }, ...kept];
  }

  /** All of it is in memory. */
  follow(): () => void {
    return () => undefined;
  }

  async roll(): Promise<void> {
    this.#segments.roll(this.#time());
  }

  async trim(beforeSeq: number): Promise<void> {
    if (beforeSeq > this.#lastSeq) this.#segments.roll(this.#time());
    this.#dropBefore(beforeSeq);
  }

  onCommit(listener: () => void): void {
    this.#onCommit.push(listener);
  }

  fault(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    return this.#retention.stop();
  }

  #store(frame: Frame): void {
    const time = this.#time();
    frame.stamp({ firstSeq: this.#lastSeq + 1, time, durableOffset: 0 });
    const rolled = this.#segments.add(frame.count, frame.bytes.byteLength, time);
    this.#frames.add([withoutText(frame)]);
    this.#lastSeq = frame.lastSeq;
    this.#lastSeqs.appended(frame, frame.firstSeq);
    if (rolled) this.#retention.check();
    for (const listener of this.#onCommit) listener();
  }

  #dropBefore(seq: number): void {
    this.#segments.dropBefore(seq);
    this.#frames.dropBefore(this.#segments.firstSeq);
  }

  /** The clock may be set back; the time of the log never is. */
  #time(): number {
    this.#lastTime = Math.max(this.#lastTime, this.#wallNow());
    return this.#lastTime;
  }
}

/** Without the decoded text that a frame caches: the log would keep it beside the bytes. */
const withoutText = ({ bytes, header }: Frame): Frame => new Frame(bytes, header);
