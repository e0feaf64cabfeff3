import type { AnyMessage, Message, QueueError, SystemContract } from '@typed-queue/contracts';

/** Any message of both queues. */
export type LoggedMessage = Message<SystemContract>;

/** A stored message that does not match the contract, and what is wrong with it: `contract_mismatch`. */
export interface InvalidMessage {
  readonly message: AnyMessage;
  readonly error: QueueError;
}

/** How messages are printed: each as one line, line feed included. */
export interface Layout {
  readonly message: (message: LoggedMessage) => string;
  readonly invalid: (invalid: InvalidMessage) => string;
}
