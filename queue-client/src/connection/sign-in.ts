import { QueueError } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { BackOff } from '../back-off.js';
import type { Runtime } from '../runtime.js';
import type { Answer } from './server.js';
import type { TokenSource } from './token-source.js';

export interface SignInDeps {
  readonly source: TokenSource;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  /** Shows a token to the server. */
  readonly authenticate: (token: string, answer: Answer<null>) => void;
  /** The server takes nothing until another token is shown. */
  readonly onExpired: () => void;
  /** It took another token: everything goes on. */
  readonly onRenewed: () => void;
  readonly onTokenFailed: (error: unknown) => void;
  /** There will be no other token. */
  readonly onRefused: (error: QueueError) => void;
}

/** Errors by which a server says, after the handshake, that the token is no longer valid. */
const SIGNED_OUT: readonly string[] = ['auth_expired', 'unauthorized'];

export const isSignedOut = <T>(result: Result<T>): result is Extract<Result<T>, { ok: false }> =>
  !result.ok && SIGNED_OUT.includes(result.error.code);

/**
 * Whether the token of the present connection is valid.
 * - `valid`: until the server says otherwise, or refuses a request for it.
 * - `renewing`: another token is asked for and shown, again and again. What was refused meanwhile waits, in its order,
 *   and is sent again when the server took one.
 */
export class SignIn {
  readonly #deps: SignInDeps;
  readonly #backOff: BackOff;
  #state: 'valid' | 'renewing' = 'valid';
  #held: (() => void)[] = [];

  constructor(deps: SignInDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
  }

  /** The server says that the token is no longer valid. */
  expired(error: QueueError): void {
    const { source, onExpired, onRefused } = this.#deps;
    if (this.#state === 'renewing') return;
    if (!source.isRenewable) {
      onRefused(error);
      return;
    }
    this.#state = 'renewing';
    onExpired();
    this.#renew();
  }

  /** A request was refused for want of a valid token. */
  hold(send: () => void, error: QueueError): void {
    this.#held.push(send);
    this.expired(error);
  }

  /** The connection is gone: the next one begins with a handshake. */
  offline(): void {
    this.#state = 'valid';
    this.#held = [];
    this.#backOff.cancel();
    this.#backOff.reset();
    this.#deps.source.cancel();
  }

  #renew(): void {
    const { source, authenticate, onTokenFailed } = this.#deps;
    source.ask(
      (token = '') => {
        authenticate(token, (result) => this.#answered(result));
      },
      (error) => {
        this.#backOff.retry(() => this.#renew());
        onTokenFailed(error);
      },
    );
  }

  #answered(result: Result<null>): void {
    if (result.ok) this.#renewed();
    else if (result.error.retryable) this.#backOff.retry(() => this.#renew(), result.error);
    else this.#deps.onRefused(QueueError.fromBody(result.error));
  }

  #renewed(): void {
    this.#state = 'valid';
    this.#backOff.reset();
    const held = this.#held;
    this.#held = [];
    for (const send of held) send();
    this.#deps.onRenewed();
  }
}
