import type { Range } from '@typed-queue/contracts';
import type { Claimed } from '../engine/claim.js';
import type { Receiver } from './member.js';

/** Sends grants when they may leave, and what takes messages back behind them. */
export class OrderedReceiver {
  readonly #receiver: Pick<Receiver, 'grant' | 'revoke'>;
  /** What is sent last; undefined: nothing waits. */
  #last: Promise<void> | undefined;

  constructor(receiver: Pick<Receiver, 'grant' | 'revoke'>) {
    this.#receiver = receiver;
  }

  /** `onKept`: it may not leave. */
  grant(claimed: Claimed, onKept: () => void): void {
    const { mayLeave } = claimed;
    if (mayLeave === undefined && this.#last === undefined) this.#receiver.grant(claimed);
    else {
      this.#send(async () => {
        if ((await mayLeave) === false) onKept();
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
      if (this.#last === last) this.#last = undefined;
    });
    this.#last = last;
  }
}
