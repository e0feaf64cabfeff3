import type { AnyMessage, QueueError } from '@typed-queue/contracts';

/** A stored message that does not match the contract, and what is wrong with it: `contract_mismatch`. */
export interface InvalidMessage {
  readonly message: AnyMessage;
  readonly error: QueueError;
}

/** How messages are printed: each as one line, line feed included. */
export interface Layout {
  readonly message: (message: AnyMessage) => string;
  readonly invalid: (invalid: InvalidMessage) => string;
}
