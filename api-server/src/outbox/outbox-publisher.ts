import { newId } from '@typed-queue/contracts';
import type { Publisher } from '../publishing/publisher.js';
import { newEntry } from './new-entry.js';
import type { Outbox } from './outbox.js';
import type { Relay } from './relay.js';
import type { BestEffortPublisher } from './best-effort-publisher.js';

export interface OutboxPublisherDeps {
  readonly outbox: Pick<Outbox, 'add'>;
  readonly relay: Pick<Relay, 'wake'>;
  readonly bestEffort: Pick<BestEffortPublisher, 'publish'>;
  readonly now: () => number;
}

/** Keeps the events of changes in the outbox, and those of everything else in memory, until they are published. */
export const outboxPublisher = ({ outbox, relay, bestEffort, now }: OutboxPublisherDeps): Publisher => ({
  store: async (unit, events) => {
    const entries = events.map((event) => newEntry(event, newId(), now()));
    await outbox.add(entries, unit.session);
    unit.afterCommit(() => relay.wake());
  },
  publishBestEffort: (event) => bestEffort.publish(event),
});
