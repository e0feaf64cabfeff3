import type { UnitOfWork } from '../repository/unit-of-work.js';
import type { ChangeEvent, BestEffortEvent } from './event.js';

/** Where events go. */
export interface Publisher {
  /**
   * Stores events together with their changes: all become visible, or none.
   * Rejects with a QueueError for an event that could never be published: `document_invalid`, `body_too_large`,
   * `header_invalid`.
   */
  store(unit: UnitOfWork, events: readonly ChangeEvent[]): Promise<void>;
  /** Publishes at some time soon. Neither waits nor throws. */
  publishBestEffort(event: BestEffortEvent): void;
}
