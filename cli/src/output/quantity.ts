import { DAY, HOUR, MINUTE, SECOND } from '@typed-queue/contracts';

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1.5 MiB` */
export const bytesText = (bytes: number): string => {
  let size = bytes;
  let text = `${bytes} B`;
  for (const unit of UNITS) {
    if (size < 1_024) break;
    size /= 1_024;
    text = `${size.toFixed(1)} ${unit}`;
  }
  return text;
};

/** `3 h`, of milliseconds. */
export const durationText = (ms: number): string => {
  if (ms >= 2 * DAY) return `${Math.floor(ms / DAY)} d`;
  if (ms >= 2 * HOUR) return `${Math.floor(ms / HOUR)} h`;
  if (ms >= 2 * MINUTE) return `${Math.floor(ms / MINUTE)} min`;
  return `${Math.floor(ms / SECOND)} s`;
};

/** `1,000,000` */
export const countText = (count: number): string => count.toLocaleString('en-US');

/** `1 message`, `2 messages` */
export const countOf = (count: number, noun: string): string =>
  `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
