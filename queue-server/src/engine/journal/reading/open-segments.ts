import type { File } from '../file-system.js';
import type { Extent } from '../segment/extent.js';
import type { Segment } from '../segment/segment-header.js';

/** A segment that is open for reading. */
export interface OpenSegment {
  readonly file: File;
  readonly extent: Extent;
}

interface Entry {
  readonly opened: Promise<OpenSegment>;
  users: number;
  kept: boolean;
}

/** The least recently used cache of open segments: bounds memory and descriptors. */
export class OpenSegments {
  readonly #capacity: number;
  readonly #open: (segment: Segment) => Promise<OpenSegment>;
  /** The most recently used one is the last. */
  readonly #entries = new Map<Segment, Entry>();

  constructor(capacity: number, open: (segment: Segment) => Promise<OpenSegment>) {
    this.#capacity = capacity;
    this.#open = open;
  }

  /** Uses a segment, which stays open until the use ends. */
  async use<T>(segment: Segment, run: (open: OpenSegment) => Promise<T>): Promise<T> {
    const entry = this.#entryOf(segment);
    entry.users++;
    try {
      return await run(await entry.opened);
    } finally {
      entry.users--;
      await this.#closeIfUnused(entry);
    }
  }

  /** Closes a segment as soon as nobody uses it. */
  async remove(segment: Segment): Promise<void> {
    const entry = this.#entries.get(segment);
    if (!entry) return;
    this.#entries.delete(segment);
    entry.kept = false;
    await this.#closeIfUnused(entry);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((segment) => this.remove(segment)));
  }

  #entryOf(segment: Segment): Entry {
    const known = this.#entries.get(segment);
    const entry = known ?? { opened: this.#open(segment), users: 0, kept: true };
    this.#entries.delete(segment);
    this.#entries.set(segment, entry);
    if (!known) {
      // One that could not be opened is opened again by the next use.
      entry.opened.catch(() => {
        if (this.#entries.get(segment) === entry) this.#entries.delete(segment);
      });
      this.#evict();
    }
    return entry;
  }

  #evict(): void {
    const [oldest] = this.#entries.keys();
    if (oldest && this.#entries.size > this.#capacity) void this.remove(oldest);
  }

  async #closeIfUnused(entry: Entry): Promise<void> {
    if (entry.users > 0 || entry.kept) return;
    const opened = await entry.opened.catch(() => undefined);
    await opened?.file.close().catch(() => undefined);
  }
}
