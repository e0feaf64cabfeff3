import { QueueError } from '@typed-queue/contracts';
import type { KnownGroup, Result, Subscribed, SubscribeRequest } from '@typed-queue/contracts/wire';
import { BackOff, retryAfterOf } from '../back-off.js';
import { HeldRefusals } from '../held-refusals.js';
import { deferred } from '../deferred.js';
import type { Runtime } from '../runtime.js';
import type { Server } from '../connection/server.js';
import type { Moment } from './lease-clock.js';

/** The leases named in a subscribe request, and when it was sent. */
export interface Asked {
  readonly tokens: readonly number[];
  readonly at: Moment;
}

export interface MembershipParts {
  readonly request: Omit<SubscribeRequest<string>, 'tokens' | 'known'>;
  readonly server: Pick<Server, 'subscribe' | 'pause' | 'unsubscribe'>;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  readonly ask: () => Asked;
  readonly onJoined: (asked: Asked, subscribed: Subscribed) => void;
  /** Refused for the moment, for the first time with this code since it was a member: it is asked again. */
  readonly onHeld: (error: QueueError) => void;
  readonly onRefused: (error: QueueError) => void;
}

/**
 * Membership in a group. Asked for on each connection anew, and again when the server refuses it for the moment.
 * - `offline`: there is no connection, or the server refused for good.
 * - `asked`: the server has heard of this subscription on the present connection.
 * - `held`: the server refused for the moment; it is asked again after a wait.
 */
export class Membership {
  readonly #parts: MembershipParts;
  readonly #backOff: BackOff;
  #state: 'offline' | 'asked' | 'held' = 'offline';
  #disconnected = deferred();
  /** Of the last answer. */
  #known: KnownGroup | undefined;
  readonly #refusals: HeldRefusals;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
    this.#backOff = new BackOff(parts.runtime);
    this.#refusals = new HeldRefusals(parts.onHeld);
  }

  online(): void {
    this.#disconnected = deferred();
    this.#ask();
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
    this.#disconnected.resolve();
  }

  /** No more grants: others can have what this member would only keep waiting. */
  pause(): void {
    const { request, server } = this.#parts;
    if (this.#state === 'asked') server.pause(request.subscription, () => undefined);
  }

  /** Resolves when the server knows, or the connection is gone. */
  leave(): Promise<void> {
    const { request, server } = this.#parts;
    if (this.#state !== 'asked') return Promise.resolve();
    const answered = deferred();
    server.unsubscribe(request.subscription, answered.resolve);
    return Promise.race([answered.promise, this.#disconnected.promise]);
  }

  #ask(): void {
    const { request, server, ask } = this.#parts;
    const asked = ask();
    this.#state = 'asked';
    const known = this.#known && { known: this.#known };
    server.subscribe({ ...request, tokens: asked.tokens, ...known }, (result) => {
      if (this.#state === 'asked') this.#answered(asked, result);
    });
  }

  #answered(asked: Asked, result: Result<Subscribed>): void {
    if (result.ok) {
      this.#backOff.succeeded();
      this.#refusals.granted();
      const { life, floor } = result.value;
      this.#known = { life, floor };
      this.#parts.onJoined(asked, result.value);
    } else if (result.error.retryable) {
      this.#state = 'held';
      this.#backOff.wait(() => this.#ask(), retryAfterOf(result.error));
      this.#refusals.refused(result.error);
    } else {
      this.#state = 'offline';
      this.#parts.onRefused(QueueError.fromBody(result.error));
    }
  }
}
