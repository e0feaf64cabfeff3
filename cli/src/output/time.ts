import type { Start } from '@typed-queue/contracts';
import { parseStart, STARTS } from '@typed-queue/program';
import { CommandError, EXIT } from '../exit-code.js';

const TIMES =
  'a time (2026-11-23, 2026-11-23T10:00; local unless it has a zone), or how long ago (90s, 15m, 2h, 7d)';

/** Where reading begins, as an option or argument says it. @throws CommandError */
export const startOption = (name: string, text: string, now: number): Start => {
  const start = parseStart(text, now);
  if (start !== undefined) return start;
  throw new CommandError(EXIT.usage, `${name} ${JSON.stringify(text)}: allowed: ${STARTS}`);
};

/** Milliseconds since 1970, as an option says it. @throws CommandError */
export const timeOption = (name: string, text: string | undefined, now: number): number | undefined => {
  if (text === undefined) return undefined;
  const start = parseStart(text, now);
  if (typeof start === 'object' && 'time' in start) return start.time;
  throw new CommandError(EXIT.usage, `${name} ${JSON.stringify(text)}: allowed: ${TIMES}`);
};

/** `2026-11-23 10:00:00.000`, in the local zone. */
export const timeText = (time: number): string => {
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1).replace('T', ' ');
};

const DURATION = /[smhd]$/;

/** When something is to come, in milliseconds since 1970: a time, or after how long. @throws CommandError */
export const futureOption = (name: string, text: string, now: number): number => {
  const start = parseStart(text, now);
  const time = typeof start === 'object' && 'time' in start ? start.time : undefined;
  if (time === undefined) {
    const allowed = 'a time (2027-01-31, 2027-01-31T10:00), or after how long (10m, 2h, 90d)';
    throw new CommandError(EXIT.usage, `${name} ${JSON.stringify(text)}: allowed: ${allowed}`);
  }
  const future = DURATION.test(text) ? 2 * now - time : time;
  if (future > now) return future;
  throw new CommandError(EXIT.usage, `${name} ${text} is over already`);
};
