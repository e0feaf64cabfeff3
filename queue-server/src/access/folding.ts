import type { Timer } from './timer.js';

export interface FoldingParts<Entry> {
  /** Entries with the same key are the same. */
  readonly keyOf: (entry: Entry) => string;
  /** `more`: how many others like it came since the last line; undefined: this very one. */
  readonly write: (entry: Entry, more?: number) => void;
  /** So many came that are not told one by one. */
  readonly writeOthers: (count: number) => void;
  /** How many equal entries of an interval have a line of their own. */
  readonly linesEach: number;
  readonly timer: Timer;
}

/** Milliseconds. */
const INTERVAL_MS = 60_000;
/** Of an interval: what is kept of each is small, but anybody can make them. */
const MAX_DISTINCT = 100;

interface Seen<Entry> {
  readonly entry: Entry;
  lines: number;
  more: number;
}

/** Writes entries as they come; of those that repeat, and of too many different ones, only how many they were. */
export class Folding<Entry> {
  readonly #parts: FoldingParts<Entry>;
  readonly #seen = new Map<string, Seen<Entry>>();
  #others = 0;
  /** Undefined: nothing was seen in this interval. */
  #cancel: (() => void) | undefined;

  constructor(parts: FoldingParts<Entry>) {
    this.#parts = parts;
  }

  add(entry: Entry): void {
    const { keyOf, write, linesEach } = this.#parts;
    const seen = this.#find(keyOf(entry), entry);
    if (seen === undefined) this.#others += 1;
    else if (seen.lines < linesEach) {
      seen.lines += 1;
      write(entry);
    } else seen.more += 1;
  }

  /** Writes what is counted and not written yet. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#writeCounts();
    this.#seen.clear();
  }

  /** Undefined: there are too many others already. */
  #find(key: string, entry: Entry): Seen<Entry> | undefined {
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    if (this.#seen.size >= MAX_DISTINCT) return undefined;
    const seen = { entry, lines: 0, more: 0 };
    this.#seen.set(key, seen);
    this.#cancel ??= this.#parts.timer(() => this.#endInterval(), INTERVAL_MS);
    return seen;
  }

  /** What came again goes on being counted; what did not is forgotten. */
  #endInterval(): void {
    this.#cancel = undefined;
    for (const [key, { more }] of this.#seen) if (more === 0) this.#seen.delete(key);
    this.#writeCounts();
    if (this.#seen.size > 0) this.#cancel = this.#parts.timer(() => this.#endInterval(), INTERVAL_MS);
  }

  #writeCounts(): void {
    const { write, writeOthers } = this.#parts;
    for (const seen of this.#seen.values()) {
      if (seen.more > 0) write(seen.entry, seen.more);
      seen.more = 0;
    }
    if (this.#others > 0) writeOthers(this.#others);
    this.#others = 0;
  }
}
