import type { After } from '@typed-queue/contracts/wire';

export interface FoldingDeps<Entry> {
  /** Entries with the same key are equal. */
  readonly keyOf: (entry: Entry) => string;
  /** `more`: how many equal entries were counted since the last line; undefined: the entry itself. */
  readonly write: (entry: Entry, more?: number) => void;
  /** How many were counted that have no line. */
  readonly writeOthers: (count: number) => void;
  /** How many equal entries have a line of their own in an interval. */
  readonly linesEach: number;
  readonly after: After;
}

const INTERVAL_MS = 60_000;
/** Of an interval: anybody can cause entries. */
const MAX_DISTINCT = 100;

interface Seen<Entry> {
  readonly entry: Entry;
  lines: number;
  more: number;
}

/** Writes entries, but of repeated ones, and of too many different ones, only the number. */
export class Folding<Entry> {
  readonly #deps: FoldingDeps<Entry>;
  readonly #seen = new Map<string, Seen<Entry>>();
  #others = 0;
  /** Undefined: no entry in this interval. */
  #cancel: (() => void) | undefined;

  constructor(deps: FoldingDeps<Entry>) {
    this.#deps = deps;
  }

  add(entry: Entry): void {
    const { keyOf, write, linesEach } = this.#deps;
    const seen = this.#find(keyOf(entry), entry);
    if (seen === undefined) this.#others += 1;
    else if (seen.lines < linesEach) {
      seen.lines += 1;
      write(entry);
    } else seen.more += 1;
  }

  /** Whether nothing was added in this interval. */
  get isEmpty(): boolean {
    return this.#seen.size === 0;
  }

  /** Writes the counts. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#writeCounts();
    this.#seen.clear();
  }

  /** Undefined: too many different entries. */
  #find(key: string, entry: Entry): Seen<Entry> | undefined {
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    if (this.#seen.size >= MAX_DISTINCT) return undefined;
    const seen = { entry, lines: 0, more: 0 };
    this.#seen.set(key, seen);
    this.#cancel ??= this.#deps.after(INTERVAL_MS, () => this.#endInterval());
    return seen;
  }

  /** Entries that were not repeated are forgotten. */
  #endInterval(): void {
    this.#cancel = undefined;
    for (const [key, { more }] of this.#seen) if (more === 0) this.#seen.delete(key);
    this.#writeCounts();
    if (this.#seen.size > 0) this.#cancel = this.#deps.after(INTERVAL_MS, () => this.#endInterval());
  }

  #writeCounts(): void {
    const { write, writeOthers } = this.#deps;
    for (const seen of this.#seen.values()) {
      if (seen.more > 0) write(seen.entry, seen.more);
      seen.more = 0;
    }
    if (this.#others > 0) writeOthers(this.#others);
    this.#others = 0;
  }
}
