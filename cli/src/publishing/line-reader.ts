import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { CommandError, EXIT } from '../exit-code.js';
import { bytesText } from '../output/quantity.js';

/** A line of a text, without its end. */
export interface Line {
  /** The first is 1. */
  readonly number: number;
  /** An error: it is longer than the limit, or not UTF-8. */
  readonly text: string | QueueError;
  /** Of the line, with its end. */
  readonly bytes: number;
}

const LINE_FEED = 0x0a;

/**
 * Splits bytes into the lines of each chunk, with no more of them in memory than a chunk and one line. Reads on when the
 * loop comes back.
 * @param maxBytes the limit of a line
 * @throws CommandError when the bytes cannot be read
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<readonly Line[], undefined> {
  const splitter = new LineSplitter(maxBytes);
  try {
    for await (const chunk of chunks) yield splitter.split(chunk);
  } catch (error) {
    throw new CommandError(EXIT.input, `standard input cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
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
    const text = bytes > this.#maxBytes ? this.#tooLong() : this.#decoded();
    this.#parts = [];
    this.#bytes = 0;
    return { number: ++this.#number, text, bytes: bytes + 1 };
  }

  #tooLong(): QueueError {
    return new QueueError('message_too_large', `it is longer than ${bytesText(this.#maxBytes)}`);
  }

  #decoded(): string | QueueError {
    const [first = new Uint8Array(), ...others] = this.#parts;
    try {
      return this.#decoder.decode(others.length === 0 ? first : Buffer.concat(this.#parts));
    } catch {
      return new QueueError('message_invalid', 'it is not UTF-8');
    }
  }
}
