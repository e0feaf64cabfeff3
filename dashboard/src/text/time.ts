const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** The two largest units of a time: 2 d 3 h, 5 min 10 s, 340 ms. */
export const durationText = (ms: number): string => {
  const rounded = Math.max(0, Math.round(ms));
  const first = STEPS.findIndex(([, step]) => rounded >= step);
  const [largest, next] = first < 0 ? [] : STEPS.slice(first, first + 2);
  if (largest === undefined) return '0 s';
  const count = Math.floor(rounded / largest[1]);
  const rest = next === undefined || next[0] === 'ms' ? 0 : Math.floor((rounded % largest[1]) / next[1]);
  const seconds =
    largest[0] === 's' && count < 10 ? `${(Math.floor(rounded / 100) / 10).toString()} s` : undefined;
  return seconds ?? `${count} ${largest[0]}${rest === 0 || next === undefined ? '' : ` ${rest} ${next[0]}`}`;
};

/** Nothing else can be written as a date. */
const isMoment = (time: number): boolean => !Number.isNaN(new Date(time).getTime());
const formatted = (format: Intl.DateTimeFormat, time: number): string =>
  isMoment(time) ? format.format(time) : '–';

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** In the zone of the viewer, without the day. */
export const clockText = (time: number): string => formatted(TIME, time);

const MINUTE = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** As `clockText`, without seconds. */
export const minuteText = (time: number): string => formatted(MINUTE, time);

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** In the zone of the viewer, which it names. */
export const momentText = (time: number): string => formatted(MOMENT, time);

/** The zone of the viewer: Europe/Berlin. */
export const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** 5 min ago. The clock of the server may be ahead of the viewer's. */
export const agoText = (time: number, now: number): string =>
  now - time < 1_000 ? 'now' : `${durationText(now - time)} ago`;

/** in 2 h. One that is over already: now. */
export const untilText = (time: number, now: number): string =>
  time - now < 1_000 ? 'now' : `in ${durationText(time - now)}`;

/** Of a duration as somebody writes it: 90 s, 10 min, 2 h, 3 d. Undefined: it is none. */
export const durationOf = (text: string): number | undefined => {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(text.trim()) ?? [];
  const [, step] = STEPS.find(([name]) => name === (unit === 'm' ? 'min' : unit)) ?? [];
  return step === undefined ? undefined : Math.round(Number(count) * step);
};

/** As `datetime-local` has it: in the zone of the viewer, with milliseconds if there are any. Empty: it cannot show the time. */
export const localTimeText = (time: number): string => {
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  const isShown = isMoment(local.getTime()) && local.getTime() < AFTER_LAST_YEAR;
  return isShown ? local.toISOString().slice(0, time % 1_000 === 0 ? 19 : 23) : '';
};

/** The step of a field for such a text: nobody has to type milliseconds where there are none. */
export const timeStep = (text: string): number => (text.includes('.') ? 0.001 : 1);

/** Years of five digits are written otherwise. */
const AFTER_LAST_YEAR = Date.UTC(10_000, 0);
