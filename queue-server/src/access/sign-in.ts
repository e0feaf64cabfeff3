import { QueueError } from '@typed-queue/contracts';
import { expiryOf, type Authenticator, type Principal } from '@typed-queue/program';
import type { Timer } from './turns.js';

export interface SignInParts {
  readonly authenticator: Pick<Authenticator, 'authenticate' | 'renew' | 'wallNow'>;
  readonly timer: Timer;
  /** The token is no longer valid. Called once until it is replaced. */
  readonly onExpired: (error: QueueError) => void;
  /** The client showed another token, or the rights of its principal changed. */
  readonly onRenewed: () => void;
  /** No other token came in time. */
  readonly onOverdue: () => void;
}

/**
 * valid    The principal may do what it has rights to. Expired or withdrawn -> expired.
 * expired  Every request is refused with the error. A valid token -> valid; none within 10 s -> ended.
 * ended    Overdue, or the connection is gone: requests that still wait are refused.
 */
type State =
  | { readonly kind: 'valid' }
  | { readonly kind: 'expired'; readonly error: QueueError }
  | { readonly kind: 'ended' };

/** How long the client of an expired token has to show another. */
const GRACE_MS = 10_000;
/** The wall clock may be set, so it is looked at again. */
const LOOK_MS = 60_000;

/** Who one connection speaks for, and for how long. */
export class SignIn {
  readonly #parts: SignInParts;
  #principal: Principal;
  #state: State = { kind: 'valid' };
  #cancel: () => void = () => undefined;

  constructor(principal: Principal, parts: SignInParts) {
    this.#principal = principal;
    this.#parts = parts;
    this.#watch();
  }

  /** The one of the last valid token. */
  get principal(): Principal {
    return this.#principal;
  }

  /** @throws QueueError `auth_expired`, `unauthorized` when the token is no longer valid; `aborted` when the connection is gone */
  check(): void {
    switch (this.#state.kind) {
      case 'valid':
        return;
      case 'expired':
        throw this.#state.error;
      case 'ended':
        throw new QueueError('aborted', 'The connection ended before the request began.');
    }
  }

  /** The client shows another token. @throws QueueError as `Authenticator.authenticate`; the former one then stays */
  async show(token: string): Promise<void> {
    const principal = await this.#parts.authenticator.authenticate(token);
    // The keys file may have been read meanwhile.
    this.#renew(this.#parts.authenticator.renew(principal));
  }

  /** The keys file was read again. */
  review(): void {
    if (this.#state.kind !== 'valid') return;
    try {
      const principal = this.#parts.authenticator.renew(this.#principal);
      if (!isSame(principal, this.#principal)) this.#renew(principal);
    } catch (error) {
      // Safe: `renew` throws nothing else.
      this.#expire(error as QueueError);
    }
  }

  /** The connection is gone. */
  end(): void {
    this.#cancel();
    this.#state = { kind: 'ended' };
  }

  #renew(principal: Principal): void {
    if (this.#state.kind === 'ended') return;
    this.#principal = principal;
    this.#state = { kind: 'valid' };
    this.#watch();
    this.#parts.onRenewed();
  }

  #watch(): void {
    this.#cancel();
    const left = expiryOf(this.#principal) - this.#parts.authenticator.wallNow();
    if (left === Infinity) return;
    const run = (): void => {
      this.#watch();
      this.review();
    };
    this.#cancel = this.#parts.timer(run, Math.min(Math.max(left, 0), LOOK_MS));
  }

  #expire(error: QueueError): void {
    this.#cancel();
    this.#state = { kind: 'expired', error };
    this.#cancel = this.#parts.timer(() => {
      this.end();
      this.#parts.onOverdue();
    }, GRACE_MS);
    this.#parts.onExpired(error);
  }
}

/** An entry that was not read again has the same rights. */
const isSame = (one: Principal, other: Principal): boolean =>
  one.rights === other.rights && expiryOf(one) === expiryOf(other);
