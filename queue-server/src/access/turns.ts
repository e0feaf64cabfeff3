import { systemTimer, type Timer } from './timer.js';

/** Whoever takes a turn. */
export interface Taker {
  begin(): void;
  /** The turn lasts longer than it may while others wait. Called again and again until it ends. */
  tooLong(): void;
}

/** How long a turn may last when others wait, in milliseconds. */
const TURN_MS = 10_000;

/** A number of takers have their turn at once; the others wait, first come first served. */
export class Turns {
  readonly #most: number;
  readonly #timer: Timer;
  readonly #waiting = new Set<Taker>();
  /** How the watch over each turn is cancelled. */
  readonly #running = new Map<Taker, () => void>();

  constructor(most: number, timer: Timer = systemTimer) {
    this.#most = most;
    this.#timer = timer;
  }

  /** Begins at once, or when a turn is free. Returns how to end it, begun or not. */
  take(taker: Taker): () => void {
    if (this.#running.size < this.#most) this.#begin(taker);
    else this.#waiting.add(taker);
    return () => {
      this.#end(taker);
    };
  }

  #begin(taker: Taker): void {
    this.#watch(taker);
    taker.begin();
  }

  #watch(taker: Taker): void {
    const late = (): void => {
      this.#watch(taker);
      if (this.#waiting.size > 0) taker.tooLong();
    };
    this.#running.set(taker, this.#timer(late, TURN_MS));
  }

  #end(taker: Taker): void {
    this.#waiting.delete(taker);
    this.#running.get(taker)?.();
    if (!this.#running.delete(taker)) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#begin(next);
  }
}
