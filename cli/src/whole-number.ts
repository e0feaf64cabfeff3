import { InvalidArgumentError } from 'commander';
import { decimal } from './decimal.js';

/** Reads an option or argument that is a whole number above 0. `hint`: what to write instead of something else. */
export const wholeNumber =
  (hint: string) =>
  (text: string): number => {
    const value = decimal(text);
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new InvalidArgumentError(hint);
  };
