import { Frame, newId, pickFrame } from '@typed-queue/contracts';
import { Duplicates } from '../duplicates/duplicates.js';
import type { Appended, Head, ReadItem } from '../engine.js';
import { TailCache } from '../journal/reading/tail-cache.js';
import type { Log } from '../local/log.js';

/** The log of one queue, for as long as the process lives. */
export class MemoryLog implements Log {
  readonly #epoch = newId();
  readonly #now: () => number;
  readonly #duplicates = new Duplicates();
  readonly #frames = new TailCache(Infinity);
  readonly #onCommit: (() => void)[] = [];
  #lastSeq = 0;
  #lastTime = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async append(frame: Frame): Promise<Appended> {
    const firstSeq = this.#lastSeq + 1;
    const { fresh, duplicates } = this.#duplicates.sort(frame, firstSeq, this.#now());
    if (fresh.length > 0) this.#store(fresh.length === frame.count ? frame : pickFrame(frame, fresh));
    return { epoch: this.#epoch, durability: 'memory', firstSeq, duplicates };
  }

  head(): Head {
    return { epoch: this.#epoch, firstSeq: 1, lastSeq: this.#lastSeq };
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]> {
    const items = this.#frames.read(Math.max(1, fromSeq), maxBytes) ?? [];
    return items.map((item) =>
      item.kind === 'frame' ? { kind: 'frame', frame: withoutText(item.frame) } : item,
    );
  }

  onCommit(listener: () => void): void {
    this.#onCommit.push(listener);
  }

  trouble(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    // Nothing is held but memory.
  }

  #store(frame: Frame): void {
    this.#lastTime = Math.max(this.#lastTime, this.#now());
    frame.stamp({ firstSeq: this.#lastSeq + 1, time: this.#lastTime, durableOffset: 0 });
    this.#frames.add([withoutText(frame)]);
    this.#lastSeq = frame.lastSeq;
    for (const listener of this.#onCommit) listener();
  }
}

/** The same bytes: a frame keeps its text once it was read, and a log would keep them all, beside the bytes. */
const withoutText = ({ bytes, header }: Frame): Frame => new Frame(bytes, header);
