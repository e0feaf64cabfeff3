import { QueueError } from '@typed-queue/contracts';
import type { Account } from '../access/budget.js';
import type { TokenValidity } from '../access/token-validity.js';
import type { SendBuffer } from './send-buffer.js';
import type { BacklogShare } from './store-backlog.js';

/** Does what a client requests; nothing is known of the arguments. */
export type Handler = (...args: readonly unknown[]) => unknown;

/** A client may open all its subscriptions at once, with its frames in flight beside them. */
const MAX_OPEN = 1_280;
/** No request begins while more is unsent to the client; the least counts when the budget is used up. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
const MIN_UNREAD_BYTES = 256 * 1024;
/** Reserved for the largest answers, pages of dead letters. */
const COSTLY_BYTES = 8 * 1024 * 1024;

type Unsent = Pick<SendBuffer, 'drained' | 'unsentBytes' | 'quota'>;

/** Of one connection. */
export interface OpenRequestsDeps {
  readonly account: Account;
  readonly sendBuffer: Unsent;
  /** `check` throws while the connection may request nothing. */
  readonly tokenValidity: Pick<TokenValidity, 'check'>;
  readonly backlog: BacklogShare;
}

/**
 * The requests of one connection: at most 1,280 without an answer, with memory reserved for each; those with large
 * answers one at a time, the next when the answer was sent. More are refused with `overloaded`. A request that waited
 * for others is checked again when it begins.
 */
export class OpenRequests {
  readonly #account: Account;
  readonly #unsent: Unsent;
  readonly #tokenValidity: Pick<TokenValidity, 'check'>;
  readonly #backlog: BacklogShare;
  #open = 0;
  #lastCostly: Promise<void> = Promise.resolve();

  constructor({ account, sendBuffer, tokenValidity, backlog }: OpenRequestsDeps) {
    this.#account = account;
    this.#unsent = sendBuffer;
    this.#tokenValidity = tokenValidity;
    this.#backlog = backlog;
  }

  /** To be called before any work. @throws QueueError `overloaded` while the client does not read its answers */
  checkRead(): void {
    const { unsentBytes, quota } = this.#unsent;
    if (unsentBytes <= Math.min(MAX_UNREAD_BYTES, Math.max(MIN_UNREAD_BYTES, quota / 2))) return;
    throw new QueueError(
      'overloaded',
      `${unsentBytes} bytes wait for this connection. Read its answers first.`,
      { details: { unsentBytes } },
    );
  }

  /**
   * Counts a request as open and reserves memory for its bytes, until the returned function is called.
   * @throws QueueError `overloaded`
   */
  open(bytes: number): () => void {
    this.checkRead();
    if (this.#open >= MAX_OPEN) {
      throw new QueueError(
        'overloaded',
        `This connection has ${MAX_OPEN} requests without an answer already. Wait for some of them.`,
        { details: { limit: MAX_OPEN } },
      );
    }
    const reservation = bytes === 0 ? undefined : this.#account.acquire(bytes);
    this.#open++;
    const stored = bytes === 0 ? undefined : this.#backlog.add(bytes);
    return () => {
      reservation?.release();
      this.#open--;
      stored?.();
    };
  }

  /** For requests with small answers. */
  bounded(handler: Handler): Handler {
    return async (...args) => {
      const close = this.open(0);
      try {
        return await handler(...args);
      } finally {
        close();
      }
    };
  }

  /** For requests that read: the answer is sent only if the token is still valid. */
  reading(handler: Handler): Handler {
    return this.costly(async (...args) => {
      const answer = await handler(...args);
      this.#tokenValidity.check();
      return answer;
    });
  }

  /** For requests with large answers. */
  costly(handler: Handler): Handler {
    return this.bounded((...args) => this.#oneAtATime(async () => handler(...args)));
  }

  async #oneAtATime(work: () => Promise<unknown>): Promise<unknown> {
    const previous = this.#lastCostly;
    let end: () => void = () => undefined;
    this.#lastCostly = new Promise<void>((resolve) => (end = resolve));
    await previous;
    try {
      this.#tokenValidity.check();
      return await this.#account.within(COSTLY_BYTES, work);
    } finally {
      // The answer is written before the next turn of the event loop.
      setImmediate(() => void this.#unsent.drained().then(end));
    }
  }
}
