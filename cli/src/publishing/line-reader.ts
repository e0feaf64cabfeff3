/** A line of a text, without its end. */
export interface Line {
  /** The first is 1. */
  readonly number: number;
  /** Undefined: it is longer than the limit, or not UTF-8. */
  readonly text: string | undefined;
  /** Of the line, with its end. */
  readonly bytes: number;
}

const LINE_FEED = 0x0a;

/**
 * Splits bytes into the lines of each chunk, with no more of them in memory than a chunk and one line. Reads on when the
 * loop comes back.
 * @param maxBytes the limit of a line
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<readonly Line[], undefined> {
  const splitter = new LineSplitter(maxBytes);
  for await (const chunk of chunks) yield splitter.split(chunk);
  yield splitter.end();
}

class LineSplitter {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** The line that is not complete yet. */
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #number = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  split(chunk: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    // A copy: the stream may use its buffer again.
    this.#add(chunk.slice(start));
    return lines;
  }

  end(): readonly Line[] {
    return this.#bytes === 0 ? [] : [this.#take()];
  }

  #add(part: Uint8Array): void {
    this.#bytes += part.byteLength;
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else if (part.byteLength > 0) this.#parts.push(part);
  }

  #take(): Line {
    const bytes = this.#bytes;
    const text = bytes > this.#maxBytes ? undefined : this.#decoded();
    this.#parts = [];
    this.#bytes = 0;
    return { number: ++this.#number, text, bytes: bytes + 1 };
  }

  #decoded(): string | undefined {
    const [first = new Uint8Array(), ...others] = this.#parts;
    try {
      return this.#decoder.decode(others.length === 0 ? first : Buffer.concat(this.#parts));
    } catch {
      return undefined;
    }
  }
}
