import { subscriptionsPart } from '#subscriptions-part';
import type { QueueDefinition } from '@typed-queue/contracts';
import type { Subscription } from '../client.js';
import { LazyHandling } from '../lazy-service.js';
import { checkHandler } from './handler.js';
import { checkSubscribe, type SubscribeOptions } from './subscribe-options.js';
import type { Subscriptions, SubscriptionsDeps } from './subscriptions.js';

/** Checks subscriptions; in pages, what keeps them is loaded with the first. */
export class LazySubscriptions extends LazyHandling<Subscriptions> {
  readonly #deps: SubscriptionsDeps;

  constructor(deps: SubscriptionsDeps) {
    super(async () => {
      // Safe: for every platform it is this class.
      const Part = (await subscriptionsPart()) as typeof Subscriptions;
      return new Part(deps);
    });
    this.#deps = deps;
  }

  /** @throws QueueError `request_invalid`, `event_unknown` */
  open(definition: QueueDefinition, options: SubscribeOptions<string>, handler: unknown): Subscription {
    checkSubscribe(options);
    checkHandler(handler, definition, options.events);
    const { name: queue } = definition;
    const { group } = options;
    const { emitter } = this.#deps;
    const opened = this.openLater(
      (subscriptions) => subscriptions.open(definition, options, handler),
      (error) => emitter.emit('error', { error, queue, group }),
    );
    return { queue, group, ...opened };
  }
}
