import { InvalidArgumentError } from 'commander';

/** Reads a path or name: an unset variable of a shell would be the working directory. */
export const notEmpty = (text: string): string => {
  if (text !== '') return text;
  throw new InvalidArgumentError('It is empty.');
};
