/** A member should hold what it settles in this time, in milliseconds: enough for slow networks. */
const HOLD_MS = 500;

export interface PacedWindowDeps {
  /** The number of its handlers. */
  readonly min: number;
  /** What the member asked for. */
  readonly max: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/**
 * How many messages a member may hold: what it settles in half a second. So slow members share a backlog, and fast
 * ones are never idle. It begins at the minimum, and at most doubles with each window that is settled.
 */
export class PacedWindow {
  readonly #deps: PacedWindowDeps;
  #size: number;
  #since: number;
  #settled = 0;

  constructor(deps: PacedWindowDeps) {
    this.#deps = deps;
    this.#size = deps.min;
    this.#since = deps.now();
  }

  get size(): number {
    return this.#size;
  }

  /** The member held nothing until now: its idle time does not count. */
  begin(): void {
    this.#since = this.#deps.now();
    this.#settled = 0;
  }

  /** The member no longer holds these messages. */
  settled(messages: number): void {
    this.#settled += messages;
    if (this.#settled < this.#size) return;
    const { min, max, now } = this.#deps;
    const perHoldTime = Math.ceil((this.#settled * HOLD_MS) / (now() - this.#since));
    this.#size = Math.min(max, Math.max(min, Math.min(perHoldTime, 2 * this.#size)));
    this.begin();
  }
}
