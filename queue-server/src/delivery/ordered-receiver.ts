import type { Range } from '@typed-queue/contracts';
import type { Claimed } from '../engine/claim.js';

/** What a member is sent of its messages. */
export interface MessageReceiver {
  grant(claimed: Claimed): void;
  /** Messages under the token are no longer the member's. */
  revoke(token: number, ranges: readonly Range[]): void;
}

/**
 * Sends grants when they may leave, and what takes messages back behind them. When one may not leave, neither may those that
 * wait behind it: they may have later messages of its keys.
 */
export class OrderedReceiver {
  readonly #receiver: MessageReceiver;
  /** What is sent last; undefined: nothing waits. */
  #last: Promise<void> | undefined;
  /** One of those that wait did not leave. */
  #isKeeping = false;

  constructor(receiver: MessageReceiver) {
    this.#receiver = receiver;
  }

  /** `onKept`: it does not leave. */
  grant(claimed: Claimed, onKept: () => void): void {
    const { mayLeave } = claimed;
    if (mayLeave === undefined && this.#last === undefined) this.#receiver.grant(claimed);
    else {
      this.#send(async () => {
        this.#isKeeping = (await mayLeave) === false || this.#isKeeping;
        if (this.#isKeeping) onKept();
        else this.#receiver.grant(claimed);
      });
    }
  }

  revoke(token: number, ranges: readonly Range[]): void {
    if (this.#last === undefined) this.#receiver.revoke(token, ranges);
    else this.#send(async () => this.#receiver.revoke(token, ranges));
  }

  #send(send: () => Promise<void>): void {
    const last = (this.#last ?? Promise.resolve()).then(send).finally(() => {
      if (this.#last !== last) return;
      this.#last = undefined;
      this.#isKeeping = false;
    });
    this.#last = last;
  }
}
