import { Buffer } from 'node:buffer';

/** Bytes that wait, in the order they came in. */
export class ByteQueue {
  #chunks: Buffer[] = [];
  /** Of the first chunk, this many are gone. */
  #offset = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** Takes the next bytes, at most `maxBytes`, as a copy: who wrote them may use their memory again. */
  take(maxBytes: number): Buffer {
    const taken = Buffer.allocUnsafe(Math.min(maxBytes, this.#bytes));
    let filled = 0;
    let used = 0;
    for (const chunk of this.#chunks) {
      if (filled === taken.length) break;
      const copied = chunk.copy(taken, filled, this.#offset);
      filled += copied;
      this.#offset += copied;
      if (this.#offset < chunk.length) break;
      this.#offset = 0;
      used++;
    }
    this.#chunks.splice(0, used);
    this.#bytes -= filled;
    return taken;
  }

  clear(): void {
    this.#chunks = [];
    this.#offset = 0;
    this.#bytes = 0;
  }
}
