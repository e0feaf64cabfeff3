import { SENT_REASON } from '@typed-queue/contracts/wire';

/** The text of an error. Handlers throw anything, and reading the text of some values throws again. */
export const reasonOf = (error: unknown): string => {
  try {
    const text: unknown = error instanceof Error ? error.message : String(error);
    return typeof text === 'string' ? text.slice(0, SENT_REASON) : '';
  } catch {
    return '';
  }
};
