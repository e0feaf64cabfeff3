import type { Start } from '@typed-queue/contracts';
import type { Head, LogItem } from '../engine/engine.js';
import { frameOf, stored } from '../engine/frames.fixture.js';
import { upTo } from './recorder.fixture.js';

/** The log of one queue in memory, whose reads a test steers. */
export class FakeLog {
  epoch = 'one';
  /** The oldest seq that is kept. */
  firstSeq = 1;
  /** What a read waits for. */
  reading: Promise<void> | undefined;
  /** What reads fail with. */
  readFailure: Error | undefined;
  /** Where each read began. */
  readonly reads: number[] = [];
  readonly #items: LogItem[] = [];
  #lastSeq = 0;

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Appends messages in one frame. */
  add(count: number): void {
    const numbers = upTo([this.#lastSeq + 1, this.#lastSeq + count]);
    this.addItem({ kind: 'frame', frame: stored(frameOf(numbers), this.#lastSeq + 1) });
  }
  /** Appends a frame or a gap. */
  addItem(item: LogItem): void {
    this.#items.push(item);
    this.#lastSeq = lastOf(item);
  }

  head(): Head {
    return { epoch: this.epoch, firstSeq: this.firstSeq, lastSeq: this.#lastSeq, bytes: 0 };
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    this.reads.push(fromSeq);
    await this.reading;
    if (this.readFailure !== undefined) throw this.readFailure;
    const found: LogItem[] = [];
    if (fromSeq < this.firstSeq) {
      found.push({ kind: 'gap', gap: { from: fromSeq, to: this.firstSeq - 1, reason: 'retention' } });
    }
    let bytes = 0;
    for (const item of this.#items) {
      if (lastOf(item) < Math.max(fromSeq, this.firstSeq)) continue;
      bytes += item.kind === 'frame' ? item.frame.bytes.byteLength : 0;
      if (bytes > maxBytes && found.some(({ kind }) => kind === 'frame')) break;
      found.push(item);
    }
    return found;
  }

  async seqAt(start: Start): Promise<number> {
    if (start === 'start') return this.firstSeq;
    if (start === 'now') return this.#lastSeq + 1;
    if ('seq' in start) return start.seq;
    const found = this.#items.find((item) => item.kind === 'frame' && item.frame.header.time >= start.time);
    return found?.kind === 'frame' ? found.frame.firstSeq : this.#lastSeq + 1;
  }

  async trim(beforeSeq: number): Promise<void> {
    this.firstSeq = Math.max(this.firstSeq, beforeSeq);
  }
}

const lastOf = (item: LogItem): number => (item.kind === 'frame' ? item.frame.lastSeq : item.gap.to);
