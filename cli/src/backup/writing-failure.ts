import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { failureOf } from '../connection/failure.js';
import { CommandError, EXIT } from '../exit-code.js';

/** The error that ends a command which writes to a path: one of the queue, or else of the file system. */
export const writingFailure = (error: unknown, path: string): CommandError =>
  error instanceof QueueError || error instanceof CommandError
    ? failureOf(error)
    : new CommandError(EXIT.output, `${path} cannot be written: ${messageOf(error)}`, { cause: error });
