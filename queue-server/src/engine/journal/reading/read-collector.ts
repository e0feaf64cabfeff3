import type { Range } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../../log/scan.js';
import type { ScannedFrame } from '../segment/frame-scanner.js';
import type { FramePosition } from '../segment/sparse-index.js';

/** Collects what a reader gets from a scan. */
export class ReadCollector {
  readonly items: LogItem[] = [];
  readonly gaps: Range[] = [];
  readonly #maxBytes: number;
  #dueSeq: number;
  #bytes = 0;
  #frames = 0;
  /** Where to continue, when the reader has enough. */
  next: FramePosition | undefined;

  constructor(fromSeq: number, maxBytes: number) {
    this.#dueSeq = fromSeq;
    this.#maxBytes = maxBytes;
  }

  readonly visit = ({ frame, offset, dueSeq }: ScannedFrame): 'continue' | 'stop' => {
    if (frame.lastSeq < this.#dueSeq) return 'continue';
    this.addGap(dueSeq, frame.firstSeq);
    if (this.#frames > 0 && this.#bytes + frame.bytes.byteLength > this.#maxBytes) {
      this.next = { seq: frame.firstSeq, offset };
      return 'stop';
    }
    return this.#add(frame, offset);
  };

  /** Messages from the one due up to before `nextSeq` are missing. */
  addGap(dueSeq: number, nextSeq: number): void {
    const from = Math.max(dueSeq, this.#dueSeq);
    if (from >= nextSeq) return;
    this.gaps.push([from, nextSeq - 1]);
    this.items.push({ kind: 'gap', gap: { from, to: nextSeq - 1, reason: 'damage' } });
    this.#dueSeq = nextSeq;
  }

  #add(frame: Frame, offset: number): 'continue' | 'stop' {
    this.items.push({ kind: 'frame', frame });
    this.#frames++;
    this.#bytes += frame.bytes.byteLength;
    this.#dueSeq = frame.lastSeq + 1;
    if (this.#bytes < this.#maxBytes) return 'continue';
    this.next = { seq: this.#dueSeq, offset: offset + frame.bytes.byteLength };
    return 'stop';
  }
}
