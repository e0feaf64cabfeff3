import type { Runtime } from '../runtime.js';

/** How long handlers may run in one turn of the event loop, in milliseconds. */
const TURN_MS = 15;
/** So many quick handlers run before the clock is read again: reading it costs as much as they do. */
const QUICK_HANDLERS = 16;
const QUICK_MS = 1;

export interface TurnParts {
  readonly runtime: Pick<Runtime, 'defer' | 'now'>;
  /** A turn in which handlers may run begins. */
  readonly onBegin: () => void;
  /** The turn after one that was over: handlers may go on. */
  readonly onNext: () => void;
}

/**
 * The time of handlers in one turn of the event loop: when it is over, they wait for the next one, so that outcomes,
 * extensions and answers to pings leave between them.
 */
export class Turn {
  readonly #parts: TurnParts;
  #state: 'none' | 'running' | 'over' = 'none';
  #began = 0;
  #checked = 0;
  #unchecked = 0;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** Whether handlers have had their time. To be asked before each of them; the first one begins the turn. */
  get over(): boolean {
    if (this.#state === 'none') this.#begin();
    else if (this.#state === 'running' && this.#unchecked-- === 0) this.#check();
    return this.#state === 'over';
  }

  #begin(): void {
    const { runtime, onBegin } = this.#parts;
    this.#state = 'running';
    this.#began = this.#checked = runtime.now();
    this.#unchecked = 0;
    runtime.defer(() => {
      // What was deferred meanwhile, as outcomes are, goes before the next handler.
      if (this.#state === 'over') runtime.defer(() => this.#goOn());
      else this.#state = 'none';
    });
    onBegin();
  }

  #goOn(): void {
    this.#state = 'none';
    this.#parts.onNext();
  }

  #check(): void {
    const now = this.#parts.runtime.now();
    if (now - this.#began >= TURN_MS) this.#state = 'over';
    this.#unchecked = now - this.#checked < QUICK_MS ? QUICK_HANDLERS : 0;
    this.#checked = now;
  }
}
