/** A member should hold what it settles in this time, in milliseconds: enough for slow networks. */
const HOLD_MS = 500;

export interface WindowSizeDeps {
  /** The number of its handlers. */
  readonly min: number;
  /** What the member asked for. */
  readonly max: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/**
 * The size of a member's window in messages: what it settles in half a second. So slow members share a backlog, and
 * fast ones are never idle. It begins at the minimum, and at most doubles with each window that is settled. What the
 * member holds, and its credit, are the member's.
 */
export class WindowSize {
  readonly #deps: WindowSizeDeps;
  #messages: number;
  #since: number;
  #settled = 0;

  constructor(deps: WindowSizeDeps) {
    this.#deps = deps;
    this.#messages = deps.min;
    this.#since = deps.now();
  }

  get messages(): number {
    return this.#messages;
  }

  /** The member held nothing until now: its idle time does not count. */
  begin(): void {
    this.#since = this.#deps.now();
    this.#settled = 0;
  }

  /** The member no longer holds these messages. */
  settled(messages: number): void {
    this.#settled += messages;
    if (this.#settled < this.#messages) return;
    const { min, max, now } = this.#deps;
    const perHoldTime = Math.ceil((this.#settled * HOLD_MS) / (now() - this.#since));
    this.#messages = Math.min(max, Math.max(min, Math.min(perHoldTime, 2 * this.#messages)));
    this.begin();
  }
}
