import { CommandError } from './errors.js';

/** The name of the code that something is refused with; `none` when it is not refused. */
export const codeNameOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof CommandError) return error.codeName;
    throw error;
  }
  return 'none';
};
