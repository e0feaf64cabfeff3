const COUNT = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const RATE = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const SMALL = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** All digits, grouped as the viewer writes them. */
export const countText = (count: number): string => COUNT.format(count);

/** 12.3K */
export const shortCount = (count: number): string => SHORT.format(count);

/** Of something a second: 0, 0.4, 12.3, 1.2K. */
export const rateText = (perSecond: number): string =>
  `${perSecond < 1 ? SMALL.format(perSecond) : perSecond < 1_000 ? RATE.format(perSecond) : SHORT.format(perSecond)}/s`;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1.4 MiB */
export const bytesText = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${RATE.format(bytes / 1024 ** power)} ${UNITS[power] ?? ''}`;
};

/** `one` is the singular: 1 message, 2 messages. */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : more}`;
