import type { Runtime } from '../runtime.js';

/** Time budget of handlers per turn of the event loop, in milliseconds. */
const BUDGET_MS = 15;
/** Fast handlers between two reads of the clock: a read costs as much as such a handler. */
const FAST_HANDLERS = 16;
const FAST_MS = 1;

interface TurnBudgetDeps {
  readonly runtime: Pick<Runtime, 'defer' | 'now'>;
  /** The first handler of a turn is about to start. */
  readonly onBegin: () => void;
  /** The turn after a spent budget: handlers may continue. */
  readonly onNext: () => void;
}

/**
 * The time budget of handlers per turn of the event loop. When it is spent, handlers yield, so that outcomes, lease
 * extensions and pongs are sent between them.
 */
export class TurnBudget {
  readonly #deps: TurnBudgetDeps;
  #state: 'idle' | 'running' | 'spent' = 'idle';
  #began = 0;
  #checked = 0;
  /** Handlers until the next read of the clock. */
  #unchecked = 0;

  constructor(deps: TurnBudgetDeps) {
    this.#deps = deps;
  }

  /** Read it before each handler; the first read begins the turn. */
  get spent(): boolean {
    if (this.#state === 'idle') this.#begin();
    else if (this.#state === 'running' && this.#unchecked-- === 0) this.#check();
    return this.#state === 'spent';
  }

  #begin(): void {
    const { runtime, onBegin } = this.#deps;
    this.#state = 'running';
    this.#began = this.#checked = runtime.now();
    this.#unchecked = 0;
    runtime.defer(() => {
      // Deferred twice, so that outcomes deferred in this turn are sent before the next handler.
      if (this.#state === 'spent') runtime.defer(() => this.#continue());
      else this.#state = 'idle';
    });
    onBegin();
  }

  #continue(): void {
    this.#state = 'idle';
    this.#deps.onNext();
  }

  #check(): void {
    const now = this.#deps.runtime.now();
    if (now - this.#began >= BUDGET_MS) this.#state = 'spent';
    this.#unchecked = now - this.#checked < FAST_MS ? FAST_HANDLERS : 0;
    this.#checked = now;
  }
}
