/** A member should hold about as much as it settles in this time, in milliseconds: enough for far connections. */
const HOLD_MS = 500;

export interface PacedWindowParts {
  /** As many as the member has handlers. */
  readonly least: number;
  /** As many as the member asked for. */
  readonly most: number;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * How many messages a member may hold: what it settles in half a second. So members that are slow share a backlog,
 * and fast ones are never without work. Begins at the least, and at most doubles with each window that is settled.
 */
export class PacedWindow {
  readonly #parts: PacedWindowParts;
  #size: number;
  #since: number;
  #settled = 0;

  constructor(parts: PacedWindowParts) {
    this.#parts = parts;
    this.#size = parts.least;
    this.#since = parts.now();
  }

  get size(): number {
    return this.#size;
  }

  /** The member gets something after it had nothing: the time without work does not count. */
  begin(): void {
    this.#since = this.#parts.now();
    this.#settled = 0;
  }

  /** So many messages are no longer at the member. */
  settled(messages: number): void {
    this.#settled += messages;
    if (this.#settled < this.#size) return;
    const { least, most, now } = this.#parts;
    const inHoldTime = Math.ceil((this.#settled * HOLD_MS) / (now() - this.#since));
    this.#size = Math.min(most, Math.max(least, Math.min(inHoldTime, 2 * this.#size)));
    this.begin();
  }
}
