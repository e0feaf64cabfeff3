import { QueueError } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { BackOff } from '../back-off.js';
import type { Runtime } from '../runtime.js';
import type { Answer } from './requests.js';
import type { TokenSource } from './token-source.js';

interface SignInDeps {
  readonly source: TokenSource;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  /** Shows a token to the server. */
  readonly authenticate: (token: string, answer: Answer<null>) => void;
  /** The server refuses everything until another token is shown. */
  readonly onExpired: () => void;
  /** The server accepted another token. */
  readonly onRenewed: () => void;
  readonly onTokenFailed: (error: unknown) => void;
  /** There is no other token. */
  readonly onRefused: (error: QueueError) => void;
}

/** Errors by which a server says, after the handshake, that the token is no longer valid. */
const SIGNED_OUT: readonly string[] = ['auth_expired', 'unauthorized'];

export const isSignedOut = <T>(result: Result<T>): result is Extract<Result<T>, { ok: false }> =>
  !result.ok && SIGNED_OUT.includes(result.error.code);

/**
 * Whether the token of the present connection is valid.
 * - `valid`: until the server says otherwise, or refuses a request for it.
 * - `renewing`: tokens are requested and shown until the server accepts one. Requests refused in this state are sent
 *   again then, in order.
 */
export class SignIn {
  readonly #deps: SignInDeps;
  readonly #backOff: BackOff;
  #state: 'valid' | 'renewing' = 'valid';
  #refused: (() => void)[] = [];

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

  /** A request was refused because the token is not valid: it is sent again after the renewal. */
  sendLater(send: () => void, error: QueueError): void {
    this.#refused.push(send);
    this.expired(error);
  }

  /** The next connection begins with a handshake. */
  offline(): void {
    this.#state = 'valid';
    this.#refused = [];
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
    const refused = this.#refused;
    this.#refused = [];
    for (const send of refused) send();
    this.#deps.onRenewed();
  }
}
