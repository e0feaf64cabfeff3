import type { Runtime } from '../runtime.js';

/** Time budget of handlers per turn of the event loop, in milliseconds. */
const BUDGET_MS = 15;
/** Fast handlers between two reads of the clock: a read costs as much as such a handler. */
const FAST_HANDLERS = 16;
const FAST_MS = 1;

export interface TurnBudgetDeps {
  readonly runtime: Pick<Runtime, 'defer' | 'now'>;
  /** The first handler of a turn is about to start. */
  readonly onBegin: () => void;
  /** The turn after a spent budget: handlers may continue. */
  readonly onNext: () => void;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'spent' }
  | { readonly kind: 'running'; readonly began: number };

const IDLE: State = { kind: 'idle' };
const SPENT: State = { kind: 'spent' };

/**
 * The time budget of handlers per turn of the event loop. When it is spent, handlers yield, so that outcomes, lease
 * extensions and pongs are sent between them.
 */
export class TurnBudget {
  readonly #deps: TurnBudgetDeps;
  #state: State = IDLE;
  #checked = 0;
  /** Handlers until the next read of the clock. */
  #unchecked = 0;

  constructor(deps: TurnBudgetDeps) {
    this.#deps = deps;
  }

  /** Read it before each handler; the first read begins the turn. */
  get spent(): boolean {
    if (this.#state.kind === 'idle') this.#begin();
    else if (this.#state.kind === 'running' && this.#unchecked-- === 0) this.#check(this.#state.began);
    return this.#state.kind === 'spent';
  }

  #begin(): void {
    const { runtime, onBegin } = this.#deps;
    this.#checked = runtime.now();
    this.#state = { kind: 'running', began: this.#checked };
    this.#unchecked = 0;
    runtime.defer(() => {
      // Deferred twice, so that outcomes deferred in this turn are sent before the next handler.
      if (this.#state.kind === 'spent') runtime.defer(() => this.#continue());
      else this.#state = IDLE;
    });
    onBegin();
  }

  #continue(): void {
    this.#state = IDLE;
    this.#deps.onNext();
  }

  #check(began: number): void {
    const now = this.#deps.runtime.now();
    if (now - began >= BUDGET_MS) this.#state = SPENT;
    this.#unchecked = now - this.#checked < FAST_MS ? FAST_HANDLERS : 0;
    this.#checked = now;
  }
}
