/** A member should hold what it settles in this time, in milliseconds: enough for slow networks. */
const HOLD_MS = 500;
/**
 * The same while it has nobody to share with. With a thousand busy groups the server needs more than half a second to
 * serve each once: windows that only just last until then would shrink to one message, and each grant costs the same.
 */
const HOLD_ALONE_MS = 5_000;

export interface WindowSizeDeps {
  /** The number of its handlers. */
  readonly min: number;
  /** What the member asked for. */
  readonly max: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/**
 * The size of a member's window in messages: what it settles in half a second, or in five while it is alone. So slow
 * members share a backlog, and fast ones are never idle. It begins at the minimum, and at most doubles with each window that is settled. What the
 * member holds, and its credit, are the member's.
 */
export class WindowSize {
  readonly #deps: WindowSizeDeps;
  #messages: number;
  #since: number;
  #freed = 0;

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
    this.#freed = 0;
  }

  /** The member no longer holds these messages. `isAlone`: its group has no other one. */
  freed(messages: number, isAlone: boolean): void {
    this.#freed += messages;
    if (this.#freed < this.#messages) return;
    const { min, max, now } = this.#deps;
    const holdMs = isAlone ? HOLD_ALONE_MS : HOLD_MS;
    const perHoldTime = Math.ceil((this.#freed * holdMs) / (now() - this.#since));
    this.#messages = Math.min(max, Math.max(min, Math.min(perHoldTime, 2 * this.#messages)));
    this.begin();
  }
}
