import { DAY, HOUR, MINUTE, SECOND, type Start } from '@typed-queue/contracts';
import * as z from 'zod';

/** What a start may be, for people. */
export const STARTS =
  'start, now, a seq (17), a time (2026-11-23, 2026-11-23T10:00; local unless it has a zone), or how long ago (90s, 15m, 2h, 7d)';

const UNITS = { s: SECOND, m: MINUTE, h: HOUR, d: DAY } as const;
const AGO = /^(?<count>\d+(?:\.\d+)?)(?<unit>[smhd])$/;
const TIME =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<clock>\d\d:\d\d)(?<seconds>:\d\d(?:\.\d+)?)?(?<zone>Z|[+-]\d\d:\d\d)?)?$/;
/** Knows how many days a month has, which `Date` does not mind. */
const dateTime = z.iso.datetime({ local: true, offset: true });

const isUnit = (text: string): text is keyof typeof UNITS => Object.hasOwn(UNITS, text);

const seqOf = (text: string): Start | undefined => {
  const seq = /^\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(seq) && seq > 0 ? { seq } : undefined;
};

const agoOf = (text: string, now: number): Start | undefined => {
  const { count, unit = '' } = AGO.exec(text)?.groups ?? {};
  if (!isUnit(unit)) return undefined;
  // Nothing is older than 1970.
  return { time: Math.max(0, Math.round(now - Number(count) * UNITS[unit])) };
};

const timeOf = (text: string): Start | undefined => {
  const { date = '', clock = '00:00', seconds = ':00', zone = '' } = TIME.exec(text)?.groups ?? {};
  const iso = `${date}T${clock}${seconds}${zone}`;
  return dateTime.safeParse(iso).success ? { time: Math.max(0, Date.parse(iso)) } : undefined;
};

/**
 * Where a replay begins, as people write it.
 * @param now milliseconds since 1970
 * @returns undefined when it is none of `STARTS`
 */
export const parseStart = (text: string, now: number): Start | undefined => {
  if (text === 'start' || text === 'now') return text;
  return seqOf(text) ?? agoOf(text, now) ?? timeOf(text);
};
