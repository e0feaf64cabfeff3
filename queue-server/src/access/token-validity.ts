import { QueueError } from '@typed-queue/contracts';
import { expiryOf, type Authenticator, type Principal } from '@typed-queue/program';
import type { After } from '@typed-queue/contracts/wire';

export interface TokenValidityDeps {
  readonly authenticator: Pick<Authenticator, 'authenticate' | 'renew' | 'wallNow'>;
  readonly after: After;
  /** The token is no longer valid. Called once until it is replaced. */
  readonly onExpired: (error: QueueError) => void;
  /** The client showed another token, or the rights of its principal changed. */
  readonly onRenewed: () => void;
  /** The client showed no other token in time. */
  readonly onOverdue: () => void;
}

/**
 * valid    requests are allowed. Expired or withdrawn -> expired.
 * expired  requests are refused with the error. A valid token -> valid; none within 10 s -> ended.
 * ended    overdue, or the connection is closed: pending requests are refused.
 */
type State =
  | { readonly kind: 'valid' }
  | { readonly kind: 'expired'; readonly error: QueueError }
  | { readonly kind: 'ended' };

/** How long a client has to replace an expired token. */
const GRACE_MS = 10_000;
/** How often the wall clock is read: it may be set. */
const CHECK_MS = 60_000;

/** The principal of one connection, and how long its token is valid, once the handshake has checked it. */
export class TokenValidity {
  readonly #deps: TokenValidityDeps;
  #principal: Principal;
  #state: State = { kind: 'valid' };
  #cancel: () => void = () => undefined;

  constructor(principal: Principal, deps: TokenValidityDeps) {
    this.#principal = principal;
    this.#deps = deps;
    this.#watch();
  }

  /** Of the last valid token. */
  get principal(): Principal {
    return this.#principal;
  }

  /** @throws QueueError `auth_expired`, `unauthorized` when the token is no longer valid; `aborted` when the connection is closed */
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

  /** Replaces the token. @throws QueueError as `Authenticator.authenticate`; the former one then stays */
  async show(token: string): Promise<void> {
    const principal = await this.#deps.authenticator.authenticate(token);
    // The keys file may have been read since.
    this.#renew(this.#deps.authenticator.renew(principal));
  }

  /** The keys file was read again. */
  review(): void {
    if (this.#state.kind !== 'valid') return;
    try {
      const principal = this.#deps.authenticator.renew(this.#principal);
      if (!isSame(principal, this.#principal)) this.#renew(principal);
    } catch (error) {
      // Safe: `renew` throws nothing else.
      this.#expire(error as QueueError);
    }
  }

  /** The connection is closed. */
  end(): void {
    this.#cancel();
    this.#state = { kind: 'ended' };
  }

  #renew(principal: Principal): void {
    if (this.#state.kind === 'ended') return;
    this.#principal = principal;
    this.#state = { kind: 'valid' };
    this.#watch();
    this.#deps.onRenewed();
  }

  #watch(): void {
    this.#cancel();
    const left = expiryOf(this.#principal) - this.#deps.authenticator.wallNow();
    if (left === Infinity) return;
    const run = (): void => {
      this.#watch();
      this.review();
    };
    this.#cancel = this.#deps.after(Math.min(Math.max(left, 0), CHECK_MS), run);
  }

  #expire(error: QueueError): void {
    this.#cancel();
    this.#state = { kind: 'expired', error };
    this.#cancel = this.#deps.after(GRACE_MS, () => {
      this.end();
      this.#deps.onOverdue();
    });
    this.#deps.onExpired(error);
  }
}

/** `renew` returns the same rights when they did not change. */
const isSame = (one: Principal, other: Principal): boolean =>
  one.rights === other.rights && expiryOf(one) === expiryOf(other);
