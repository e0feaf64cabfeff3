import { newId } from '@typed-queue/contracts';
import { Frame, pickFrame } from '@typed-queue/contracts/wire';
import { Duplicates } from '../dedup/duplicates.js';
import { TailCache } from '../journal/reading/tail-cache.js';
import type { Appended, Head, Log, LogItem } from '../log/log.js';
import { LogRetention, segmentBytes, type RetentionRules } from '../log/retention.js';
import { Pieces } from './pieces.js';

const LEAST_PIECE_BYTES = 64 * 1024;
const MOST_PIECE_BYTES = 1024 * 1024;

/** The log of one queue, for as long as the process lives. */
export class MemoryLog implements Log {
  readonly #epoch = newId();
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #duplicates = new Duplicates();
  readonly #frames = new TailCache(Infinity);
  readonly #pieces: Pieces;
  readonly #retention: LogRetention;
  readonly #onCommit: (() => void)[] = [];
  #lastSeq = 0;
  #lastTime = 0;

  constructor(rules: RetentionRules) {
    this.#now = rules.now;
    this.#wallNow = rules.wallNow ?? rules.now;
    const maxBytes = segmentBytes(rules.retention, LEAST_PIECE_BYTES, MOST_PIECE_BYTES);
    this.#pieces = new Pieces(maxBytes, this.#time());
    const pieced = {
      segments: () => this.#pieces.all,
      roll: async () => this.#pieces.roll(this.#time()),
      dropBefore: async (seq: number) => this.#dropBefore(seq),
      fault: () => undefined,
    };
    this.#retention = new LogRetention(pieced, rules);
  }

  async append(frame: Frame): Promise<Appended> {
    const firstSeq = this.#lastSeq + 1;
    const { fresh, duplicates } = this.#duplicates.sort(frame, firstSeq, this.#now());
    if (fresh.length > 0) this.#store(fresh.length === frame.count ? frame : pickFrame(frame, fresh));
    return { epoch: this.#epoch, firstSeq, duplicates };
  }

  head(): Head {
    const { firstSeq, bytes } = this.#pieces;
    return { epoch: this.#epoch, firstSeq, lastSeq: this.#lastSeq, bytes };
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    const from = Math.max(1, fromSeq);
    if (from > this.#lastSeq) return [];
    const { firstSeq } = this.#pieces;
    const items = this.#frames.read(Math.max(from, firstSeq), maxBytes) ?? [];
    const kept = items.map((item): LogItem =>
      item.kind === 'frame' ? { kind: 'frame', frame: withoutText(item.frame) } : item,
    );
    if (from >= firstSeq) return kept;
    return [{ kind: 'gap', gap: { from, to: firstSeq - 1, reason: 'retention' } }, ...kept];
  }

  async trim(beforeSeq: number): Promise<void> {
    if (beforeSeq > this.#lastSeq) this.#pieces.roll(this.#time());
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
    const rolled = this.#pieces.add(frame.count, frame.bytes.byteLength, time);
    this.#frames.add([withoutText(frame)]);
    this.#lastSeq = frame.lastSeq;
    if (rolled) this.#retention.check();
    for (const listener of this.#onCommit) listener();
  }

  #dropBefore(seq: number): void {
    this.#pieces.dropBefore(seq);
    this.#frames.dropBefore(this.#pieces.firstSeq);
  }

  /** The time of the log: the clock may be set back, it may not. */
  #time(): number {
    this.#lastTime = Math.max(this.#lastTime, this.#wallNow());
    return this.#lastTime;
  }
}

/** The same bytes: a frame keeps its text once it was read, and a log would keep them all, beside the bytes. */
const withoutText = ({ bytes, header }: Frame): Frame => new Frame(bytes, header);
