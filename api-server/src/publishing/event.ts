import type { EventName, Headers, Payload, SystemContract } from '@typed-queue/contracts';
import type { Stored } from '../repository/repository.js';

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

/** What a repository does, and the event that it owes for it. */
export type Operation = PayloadOf<'error'>['operation'];

type EventOf<E extends Events> = {
  [N in E]: { readonly event: N; readonly payload: Payloads[N] };
}[E];
type WithHeaders<E> = E extends unknown ? E & { readonly headers: Headers } : never;

/** What a method owes for a document that it changed. */
export type Change = EventOf<'create' | 'update' | 'delete'>;
/** What a method owes for what it read. */
export type Read = EventOf<'read'>;

/** Something changed: such an event is never lost. */
export type ChangeEvent = WithHeaders<Change>;
/** Nothing changed: such an event may be lost when the process dies. */
export type BestEffortEvent = WithHeaders<Read | EventOf<'error'>>;
