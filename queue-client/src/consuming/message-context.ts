import type { HandlerContext } from './handler.js';

/** What handlers of one grant are told: all that have the same attempt share one, a message with a key has its own. */
export class MessageContext implements HandlerContext {
  readonly attempt: number;
  readonly extend: () => void;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(attempt: number, extend: () => void) {
    this.attempt = attempt;
    this.extend = extend;
  }

  /** Made when a handler asks for it: most never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
