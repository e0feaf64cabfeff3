import type { DeadLetters } from './dead-letters.js';

/**
 * Removes letters as far as they are listed: what is redriven is no dead letter, and what is being discarded cannot be
 * redriven. Returns their positions.
 */
export const discard = async (
  deadLetters: Pick<DeadLetters, 'hide' | 'show' | 'remove'>,
  queue: string,
  positions: readonly number[],
): Promise<readonly number[]> => {
  const listed = deadLetters.hide(queue, positions);
  try {
    await deadLetters.remove(queue, listed);
    return listed;
  } catch (error) {
    deadLetters.show(queue, listed);
    throw error;
  }
};
