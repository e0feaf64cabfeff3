import type { Message, SystemContract } from '@typed-queue/contracts';

/** Any message of both queues. */
export type LoggedMessage = Message<SystemContract>;

/** How a message is printed: one line, line feed included. */
export type Layout = (message: LoggedMessage) => string;
