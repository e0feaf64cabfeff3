import { RepeatedErrors } from '@typed-queue/program';
import type { Logger } from 'pino';

const INTERVAL_MS = 10_000;

/**
 * Logs failures that the engine retries by itself. On a full disk every outcome fails in the same way, many times a
 * second: each kind is logged once in ten seconds, with the number of repetitions.
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
