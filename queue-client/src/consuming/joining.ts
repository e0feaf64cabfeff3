import { QueueError, type Result, type Subscribed, type SubscribeRequest } from '@typed-queue/contracts';
import { BackOff } from '../back-off.js';
import type { Runtime } from '../runtime.js';
import type { Server } from '../connection/server.js';

export interface JoiningParts {
  readonly request: Omit<SubscribeRequest<string>, 'tokens'>;
  readonly server: Pick<Server, 'subscribe'>;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  /** The leases in hand. */
  readonly tokens: () => readonly number[];
  /** A member. Of the leases in hand when it asked, these hold. */
  readonly onJoined: (asked: readonly number[], held: ReadonlySet<number>) => void;
  readonly onRefused: (error: QueueError) => void;
}

/** Becomes a member of a group, on each connection anew; what the server refuses for the moment is asked again. */
export class Joining {
  readonly #parts: JoiningParts;
  readonly #backOff: BackOff;
  /** `asked`: the server has heard of this subscription on the present connection. */
  #state: 'offline' | 'asked' | 'held' = 'offline';

  constructor(parts: JoiningParts) {
    this.#parts = parts;
    this.#backOff = new BackOff(parts.runtime);
  }

  /** Whether the server must be told when the subscription ends. */
  get asked(): boolean {
    return this.#state === 'asked';
  }

  online(): void {
    const { request, server, tokens } = this.#parts;
    const asked = tokens();
    this.#state = 'asked';
    server.subscribe({ ...request, tokens: asked }, (result) => {
      if (this.asked) this.#answered(asked, result);
    });
  }

  offline(): void {
    this.#state = 'offline';
    this.#backOff.cancel();
  }

  #answered(asked: readonly number[], result: Result<Subscribed>): void {
    if (result.ok) {
      this.#backOff.succeeded();
      this.#parts.onJoined(asked, new Set(result.value.tokens));
    } else if (result.error.retryable) {
      this.#state = 'held';
      this.#backOff.wait(() => this.online());
    } else {
      this.#state = 'offline';
      this.#parts.onRefused(QueueError.fromBody(result.error));
    }
  }
}
