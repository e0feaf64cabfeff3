import { QueueError } from '@typed-queue/contracts';
import type { KnownGroup, Result, Subscribed, SubscribeRequest } from '@typed-queue/contracts/wire';
import { BackOff, RefusalReport } from '../back-off.js';
import type { Requests } from '../connection/requests.js';
import { deferred } from '../deferred.js';
import type { Runtime } from '../runtime.js';
import type { Moment } from './lease-clock.js';

/** The leases named in a subscribe request, and the time it was sent. */
export interface NamedLeases {
  readonly tokens: readonly number[];
  readonly sent: Moment;
}

export interface MembershipDeps {
  readonly request: Omit<SubscribeRequest<string>, 'tokens' | 'known'>;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  readonly nameLeases: () => NamedLeases;
  readonly onJoined: (named: NamedLeases, subscribed: Subscribed) => void;
  /** A retryable refusal, the first with its code since the last membership. */
  readonly onRetry: (error: QueueError) => void;
  readonly onRefused: (error: QueueError) => void;
}

/**
 * Membership in a group, requested on each connection.
 * - `offline`: no connection, or refused permanently.
 * - `requested`: the server has the request of this connection.
 * - `backing-off`: the server refused with a retryable error.
 */
export class Membership {
  readonly #deps: MembershipDeps;
  readonly #backOff: BackOff;
  readonly #refusals: RefusalReport;
  #state: 'offline' | 'requested' | 'backing-off' = 'offline';
  #disconnected = deferred();
  /** The group as the last answer described it. */
  #known: KnownGroup | undefined;

  constructor(deps: MembershipDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
    this.#refusals = new RefusalReport(deps.onRetry);
  }

  online(): void {
    this.#disconnected = deferred();
    this.#request();
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
    this.#disconnected.resolve();
  }

  /** No more grants: other members get what this one would only hold. */
  pause(): void {
    const { request, server } = this.#deps;
    if (this.#state === 'requested') server.send('pause', request.subscription, () => undefined);
  }

  /** Resolves when the server has answered or the connection ended. */
  leave(): Promise<void> {
    const { request, server } = this.#deps;
    if (this.#state !== 'requested') return Promise.resolve();
    const answered = deferred();
    server.send('unsubscribe', request.subscription, answered.resolve);
    return Promise.race([answered.promise, this.#disconnected.promise]);
  }

  #request(): void {
    const { request, server, nameLeases } = this.#deps;
    const named = nameLeases();
    this.#state = 'requested';
    const known = this.#known && { known: this.#known };
    server.send('subscribe', { ...request, tokens: named.tokens, ...known }, (result) => {
      if (this.#state === 'requested') this.#answered(named, result);
    });
  }

  #answered(named: NamedLeases, result: Result<Subscribed>): void {
    if (result.ok) {
      this.#backOff.reset();
      this.#refusals.reset();
      const { life, floor } = result.value;
      this.#known = { life, floor };
      this.#deps.onJoined(named, result.value);
    } else if (result.error.retryable) {
      this.#state = 'backing-off';
      this.#backOff.retry(() => this.#request(), result.error);
      this.#refusals.refused(result.error);
    } else {
      this.#state = 'offline';
      this.#deps.onRefused(QueueError.fromBody(result.error));
    }
  }
}
