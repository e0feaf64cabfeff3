import type { Extent } from './extent.js';
import type { File } from '../file-system.js';
import type { Segment } from '../segment/segment-header.js';

/** A segment that is open for reading. */
export interface OpenSegment {
  readonly file: File;
  readonly extent: Extent;
}

interface Shelved {
  readonly opened: Promise<OpenSegment>;
  users: number;
  taken: boolean;
}

/** Keeps the segments that were read last open, a few at most, so that memory and descriptors stay bounded. */
export class SegmentShelf {
  readonly #capacity: number;
  readonly #open: (segment: Segment) => Promise<OpenSegment>;
  /** The one used last is the last. */
  readonly #shelved = new Map<Segment, Shelved>();

  constructor(capacity: number, open: (segment: Segment) => Promise<OpenSegment>) {
    this.#capacity = capacity;
    this.#open = open;
  }

  /** Uses a segment, which stays open until the use ends. */
  async use<T>(segment: Segment, run: (open: OpenSegment) => Promise<T>): Promise<T> {
    const shelved = this.#take(segment);
    shelved.users++;
    try {
      return await run(await shelved.opened);
    } finally {
      shelved.users--;
      await this.#closeIfUnused(shelved);
    }
  }

  /** Closes a segment as soon as nobody uses it. */
  async remove(segment: Segment): Promise<void> {
    const shelved = this.#shelved.get(segment);
    if (!shelved) return;
    this.#shelved.delete(segment);
    shelved.taken = false;
    await this.#closeIfUnused(shelved);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#shelved.keys()].map((segment) => this.remove(segment)));
  }

  #take(segment: Segment): Shelved {
    const known = this.#shelved.get(segment);
    const shelved = known ?? { opened: this.#open(segment), users: 0, taken: true };
    this.#shelved.delete(segment);
    this.#shelved.set(segment, shelved);
    if (!known) {
      // One that could not be opened is tried anew next time.
      shelved.opened.catch(() => this.#forget(segment, shelved));
      this.#makeRoom();
    }
    return shelved;
  }

  #forget(segment: Segment, shelved: Shelved): void {
    if (this.#shelved.get(segment) === shelved) this.#shelved.delete(segment);
  }

  #makeRoom(): void {
    const [oldest] = this.#shelved.keys();
    if (oldest && this.#shelved.size > this.#capacity) void this.remove(oldest);
  }

  async #closeIfUnused(shelved: Shelved): Promise<void> {
    if (shelved.users > 0 || shelved.taken) return;
    const opened = await shelved.opened.catch(() => undefined);
    await opened?.file.close().catch(() => undefined);
  }
}
