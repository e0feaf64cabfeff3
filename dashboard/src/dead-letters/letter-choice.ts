import type { DeadLetterFilter } from '@typed-queue/contracts';
import { countText } from '../text/quantity.js';

/** Which letters an action is for. */
export interface LetterChoice {
  /** Follows the name of the action: "all that match". */
  readonly name: string;
  readonly filter: DeadLetterFilter;
}

/** The letters at some positions. */
export const chosenLetters = (positions: ReadonlySet<number>): LetterChoice => ({
  name: `selected (${countText(positions.size)})`,
  filter: { positions: [...positions] },
});

/** All letters that a filter finds. */
export const matchingLetters = (filter: DeadLetterFilter): LetterChoice => ({
  name: Object.keys(filter).length === 0 ? 'all' : 'all that match',
  filter,
});
