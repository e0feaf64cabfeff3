import { QueueError } from './errors.js';

/**
 * Checks one message of a batch, which is refused as a whole.
 * @throws QueueError that of `check`, with the `index` and the `event` of the message in its details
 */
export const checkInBatch = <T>(index: number, event: unknown, check: () => T): T => {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    const { code, message, details } = error;
    throw new QueueError(code, `Message ${index} of the batch, and so all of it: ${message}`, {
      details: { ...details, index, event },
      cause: error,
    });
  }
};
