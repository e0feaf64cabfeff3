import { QueueError } from '../errors.js';
import { openFrame } from './open.js';

/** The error that bytes are refused with; undefined when they open. What is no `QueueError` is thrown on. */
export const refusal = (bytes: Uint8Array): QueueError | undefined => {
  try {
    openFrame(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof QueueError) return error;
    throw error;
  }
};
