import { frameAt, type Frame } from '@typed-queue/contracts/wire';
import { Buffer } from 'node:buffer';
import { unsupportedJournal } from './journal-errors.js';
import type { StoredRecord } from './record.js';

/** Makes frames of batches: of one record each, or of parts in a row. */
export class FrameParts {
  readonly #journal: string;
  #parts: StoredRecord[] = [];

  constructor(journal: string) {
    this.#journal = journal;
  }

  /** How many records are missing. */
  get missing(): number {
    const last = this.#parts.at(-1);
    return last === undefined ? 0 : last.header.parts - last.header.part;
  }

  /** The frames that a record completes, in order, but those that are damaged. */
  add(record: StoredRecord): readonly Frame[] {
    const { part, parts, firstSeq, nextSeq } = record.header;
    const last = this.#parts.at(-1);
    const continues =
      last?.header.part === part - 1 && last.header.parts === parts && last.header.firstSeq === firstSeq;
    // Parts that another one does not follow were never stored as a whole.
    if (part === 1) this.#parts = [record];
    else if (continues) this.#parts.push(record);
    else this.#parts = [];
    if (part < parts || this.#parts.length < parts) return [];
    const contents = this.#parts.map(({ content }) => content);
    this.#parts = [];
    const [content = new Uint8Array()] = parts === 1 ? contents : [Buffer.concat(contents)];
    return this.#framesIn(content, firstSeq, nextSeq);
  }

  #framesIn(content: Uint8Array, firstSeq: number, nextSeq: number): readonly Frame[] {
    const frames: Frame[] = [];
    let due = firstSeq;
    for (let offset = 0; offset < content.byteLength;) {
      const found = frameAt(content, offset);
      if (found.kind === 'foreign') throw unsupportedJournal(this.#journal, String(found.version));
      if (found.kind !== 'frame' || found.frame.firstSeq !== due || found.frame.lastSeq >= nextSeq) break;
      frames.push(found.frame);
      due = found.frame.lastSeq + 1;
      offset += found.frame.bytes.byteLength;
    }
    return frames;
  }
}
