import { RepeatedErrors } from '@typed-queue/program';
import type { Logger } from 'pino';

const INTERVAL_MS = 10_000;

/**
 * Writes failures that the engine gets over by itself into the server's log. On a full disk each outcome fails in the
 * same way, many times a second: each kind is written once in ten seconds, with how often it came meanwhile.
 */
export const engineErrors = (
  logger: Logger,
  now = (): number => performance.now(),
): ((error: unknown) => void) => {
  const errors = new RepeatedErrors({ intervalMs: INTERVAL_MS, now });
  return (error) => {
    const repeated = errors.note(String(error));
    if (repeated === undefined) return;
    logger.error(
      { err: error, ...(repeated > 0 && { repeated }) },
      'the engine failed at something that it tries again',
    );
  };
};
