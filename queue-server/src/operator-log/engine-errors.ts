import type { Logger } from 'pino';

/** An error that comes again within this time is counted, not written. */
const QUIET_MS = 10_000;
/** So many different ones are told apart. */
const MAX_KINDS = 100;

interface Seen {
  readonly at: number;
  readonly repeated: number;
}

/**
 * Writes failures that the engine gets over by itself into the server's log: on a full disk each outcome fails in the
 * same way, many times a second, so each kind is written once in ten seconds, with how often it came meanwhile.
 */
export const engineErrors = (
  logger: Logger,
  now = (): number => performance.now(),
): ((error: unknown) => void) => {
  const kinds = new Map<string, Seen>();
  return (error) => {
    const kind = String(error);
    const seen = kinds.get(kind);
    if (seen !== undefined && now() < seen.at + QUIET_MS) {
      kinds.set(kind, { ...seen, repeated: seen.repeated + 1 });
      return;
    }
    if (kinds.size >= MAX_KINDS) kinds.clear();
    kinds.set(kind, { at: now(), repeated: 0 });
    const repeated = seen === undefined || seen.repeated === 0 ? {} : { repeated: seen.repeated };
    logger.error({ err: error, ...repeated }, 'the engine failed at something that it tries again');
  };
};
