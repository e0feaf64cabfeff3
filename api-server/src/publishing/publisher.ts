import type { EventName, Headers, Payload, SystemContract } from '@typed-queue/contracts';
import type { Stored } from '../repository/repository.js';
import type { UnitOfWork } from '../repository/unit-of-work.js';

type Events = EventName<SystemContract, 'database'>;
type PayloadOf<E extends Events> = Payload<SystemContract, 'database', E>;

/** The payloads of the queue `database`, with documents as a repository returns them. */
export interface Payloads {
  readonly create: PayloadOf<'create'> & { readonly after: Stored };
  readonly read: PayloadOf<'read'>;
  readonly update: PayloadOf<'update'> & { readonly before: Stored; readonly after: Stored };
  readonly delete: PayloadOf<'delete'> & { readonly before: Stored };
  readonly error: PayloadOf<'error'>;
}

/** What a repository does. */
export type Operation = PayloadOf<'error'>['operation'];

type EventOf<E extends Events> = {
  [N in E]: { readonly event: N; readonly payload: Payloads[N] };
}[E];
type WithHeaders<E> = E extends unknown ? E & { readonly headers: Headers } : never;

/** Of a document that was changed. */
export type NewChange = EventOf<'create' | 'update' | 'delete'>;
/** Of what was read. */
export type NewRead = EventOf<'read'>;

/** Never lost. */
export type ChangeEvent = WithHeaders<NewChange>;
/** Of what changed nothing: lost when the process dies before it is published. */
export type BestEffortEvent = WithHeaders<NewRead | EventOf<'error'>>;

/** Where events go. */
export interface Publisher {
  /**
   * Stores events together with their changes: all become visible, or none.
   * Rejects with a ApiError for an event that could never be published: `document_invalid`, `body_too_large`,
   * `header_invalid`.
   */
  store(unit: UnitOfWork, events: readonly ChangeEvent[]): Promise<void>;
  /** Publishes at some time soon. Neither waits nor throws. */
  publishBestEffort(event: BestEffortEvent): void;
}
