import { QueueError } from '@typed-queue/contracts';
import type { Account } from '../access/budget.js';
import type { Handler } from './answers.js';
import type { Outgoing } from './outgoing.js';

/** A client may open all its subscriptions at once, with its frames in flight beside them. */
const MAX_OPEN = 1_280;
/** No request is begun while more waits for the connection; the least is said when the budget is used up. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
const MIN_UNREAD_BYTES = 256 * 1024;
/** The largest answers, pages of dead letters, are made of so much. */
const COSTLY_BYTES = 8 * 1024 * 1024;

/**
 * The requests of one connection: at most 1,280 without an answer, with memory for each reserved; of those with large
 * answers one at a time, the next when the answer was sent. What is too much is refused with `overloaded`. A request that
 * waited for its turn is checked again when it begins.
 */
export class RequestGate {
  readonly #account: Account;
  readonly #outgoing: Pick<Outgoing, 'sent' | 'unsentBytes' | 'share'>;
  readonly #check: () => void;
  #open = 0;
  #turn: Promise<void> = Promise.resolve();

  /** `check` throws while the connection may request nothing, see `SignIn.check`. */
  constructor(
    account: Account,
    outgoing: Pick<Outgoing, 'sent' | 'unsentBytes' | 'share'>,
    check: () => void,
  ) {
    this.#account = account;
    this.#outgoing = outgoing;
    this.#check = check;
  }

  /** Before any work: who does not read gets no large answers. @throws QueueError `overloaded` */
  checkRead(): void {
    const { unsentBytes, share } = this.#outgoing;
    if (unsentBytes <= Math.min(MAX_UNREAD_BYTES, Math.max(MIN_UNREAD_BYTES, share / 2))) return;
    throw new QueueError(
      'overloaded',
      `${unsentBytes} bytes wait for this connection. Read its answers first.`,
      { details: { unsentBytes } },
    );
  }

  /** @throws QueueError `overloaded`, and whatever the work fails with */
  async pass<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    this.checkRead();
    if (this.#open >= MAX_OPEN) {
      throw new QueueError(
        'overloaded',
        `This connection has ${MAX_OPEN} requests without an answer already. Wait for some of them.`,
        { details: { limit: MAX_OPEN } },
      );
    }
    this.#open++;
    try {
      return await (bytes === 0 ? work() : this.#account.within(bytes, work));
    } finally {
      this.#open--;
    }
  }

  /** For requests whose answers are small. */
  bounded(handler: Handler): Handler {
    return (...args) => this.pass(0, async () => handler(...args));
  }

  /** For requests that read: an answer made for a token that is no longer valid is not sent. */
  reading(handler: Handler): Handler {
    return this.costly(async (...args) => {
      const answer = await handler(...args);
      this.#check();
      return answer;
    });
  }

  /** For requests whose answers may be large. */
  costly(handler: Handler): Handler {
    return (...args) => this.pass(0, () => this.#inTurn(async () => handler(...args)));
  }

  async #inTurn(work: () => Promise<unknown>): Promise<unknown> {
    const before = this.#turn;
    let end: () => void = () => undefined;
    this.#turn = new Promise<void>((resolve) => (end = resolve));
    await before;
    try {
      this.#check();
      return await this.#account.within(COSTLY_BYTES, work);
    } finally {
      // The answer is written before the loop goes on.
      setImmediate(() => void this.#outgoing.sent().then(end));
    }
  }
}
