import { encodeFrame, MAX_FRAME_BYTES, MAX_FRAME_MESSAGES, type Draft } from '@typed-queue/contracts/wire';
import type { QueueHandle } from '../engine/engine.js';

interface Waiting {
  readonly draft: Draft;
  readonly resolve: (seq: number) => void;
  readonly reject: (error: unknown) => void;
}

/** A character takes at most three bytes; the rest is for what a message has beside its texts. */
const mostBytes = ({ payload, headers = '' }: Draft): number => 3 * (payload.length + headers.length) + 512;

/** Appends what comes in one turn together: a frame for each message would cost ten times as much. */
export class GatheredAppends {
  readonly #queue: Pick<QueueHandle, 'append'>;
  #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(queue: Pick<QueueHandle, 'append'>) {
    this.#queue = queue;
  }

  /** Resolves with its seq when it is durable. A message with an id that is known is stored once. */
  append(draft: Draft): Promise<number> {
    const bytes = mostBytes(draft);
    if (this.#waiting.length === MAX_FRAME_MESSAGES || this.#bytes + bytes > MAX_FRAME_BYTES) this.#flush();
    if (this.#waiting.length === 0) queueMicrotask(() => this.#flush());
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, resolve, reject });
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#bytes = 0;
    this.#append(waiting).catch((error: unknown) => {
      for (const { reject } of waiting) reject(error);
    });
  }

  async #append(waiting: readonly Waiting[]): Promise<void> {
    const frame = encodeFrame(waiting.map(({ draft }) => draft));
    const { firstSeq, duplicates } = await this.#queue.append(frame);
    const known = new Map(duplicates.map(({ index, seq }) => [index, seq]));
    let next = firstSeq;
    for (const [index, { resolve }] of waiting.entries()) resolve(known.get(index) ?? next++);
  }
}
