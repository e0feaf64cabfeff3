import type { Runtime } from '../runtime.js';

/** Time budget of handlers per turn of the event loop, in milliseconds. */
const TURN_MS = 15;
/** Quick handlers between two reads of the clock: a read costs as much as such a handler. */
const QUICK_HANDLERS = 16;
const QUICK_MS = 1;

export interface TurnBudgetDeps {
  readonly runtime: Pick<Runtime, 'defer' | 'now'>;
  /** A turn begins. */
  readonly onBegin: () => void;
  /** The turn after one whose budget was spent: handlers may continue. */
  readonly onNext: () => void;
}

/**
 * The time budget of handlers per turn of the event loop. When it is spent, handlers yield, so that outcomes, lease
 * extensions and pongs are sent between them.
 */
export class TurnBudget {
  readonly #deps: TurnBudgetDeps;
  #state: 'none' | 'running' | 'over' = 'none';
  #began = 0;
  #checked = 0;
  #unchecked = 0;

  constructor(deps: TurnBudgetDeps) {
    this.#deps = deps;
  }

  /** Whether the budget is spent. Read it before each handler; the first read begins the turn. */
  get over(): boolean {
    if (this.#state === 'none') this.#begin();
    else if (this.#state === 'running' && this.#unchecked-- === 0) this.#check();
    return this.#state === 'over';
  }

  #begin(): void {
    const { runtime, onBegin } = this.#deps;
    this.#state = 'running';
    this.#began = this.#checked = runtime.now();
    this.#unchecked = 0;
    runtime.defer(() => {
      // Deferred once more, so that outcomes deferred meanwhile are sent before the next handler.
      if (this.#state === 'over') runtime.defer(() => this.#goOn());
      else this.#state = 'none';
    });
    onBegin();
  }

  #goOn(): void {
    this.#state = 'none';
    this.#deps.onNext();
  }

  #check(): void {
    const now = this.#deps.runtime.now();
    if (now - this.#began >= TURN_MS) this.#state = 'over';
    this.#unchecked = now - this.#checked < QUICK_MS ? QUICK_HANDLERS : 0;
    this.#checked = now;
  }
}
