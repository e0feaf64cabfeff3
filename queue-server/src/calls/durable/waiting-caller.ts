import type { CallEnd } from '@typed-queue/contracts/wire';
import type { Caller } from '../open-call.js';

/** Somebody who waits for the answer of a durable call: gets one, or leaves. */
export class WaitingCaller {
  #caller: Pick<Caller, 'onEnd'> | undefined;
  #onLeft = (): void => undefined;
  #stopTimer = (): void => undefined;

  constructor(caller: Pick<Caller, 'onEnd'>) {
    this.#caller = caller;
  }

  /** `onLeft`: it waits no longer. `startTimer`: of its own time; returns what stops it. */
  wait(onLeft: () => void, startTimer: () => () => void): void {
    if (this.#caller === undefined) {
      onLeft();
      return;
    }
    this.#onLeft = onLeft;
    this.#stopTimer = startTimer();
  }

  end(result: CallEnd): void {
    const caller = this.#caller;
    this.leave();
    caller?.onEnd(result);
  }

  leave(): void {
    this.#caller = undefined;
    this.#stopTimer();
    this.#onLeft();
  }
}
