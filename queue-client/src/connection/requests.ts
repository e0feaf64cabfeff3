import type { ClientToServerEvents, Contract, QueueError } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';

type Events = ClientToServerEvents<Contract>;

export type RequestName = keyof Events;
export type RequestArgs<E extends RequestName> = Parameters<Events[E]>;
export type Answer<T> = (result: Result<T>) => void;

/** The requests of a client while it is connected. One whose connection ends before its answer is never answered. */
export interface Requests {
  send<E extends RequestName>(event: E, ...args: RequestArgs<E>): void;
}

/** Requests of which some have no answer. */
export interface CallServer extends Requests {
  /** Why this server cannot take a request; undefined: it can. */
  unsupported(event: RequestName): QueueError | undefined;
}
