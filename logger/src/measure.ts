const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A number of bytes, exactly and for reading: `1234 B (1.2 kB)`. Decimal units; below 1000 the exact number only. */
export const size = (bytes: number): string => {
  let value = bytes;
  let unit: string | undefined;
  for (const next of UNITS) {
    // What would be rounded up to 1000 becomes 1.0 of the next unit.
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return unit === undefined || bytes < 1000 ? `${bytes} B` : `${bytes} B (${value.toFixed(1)} ${unit})`;
};

/** Milliseconds, to a tenth. */
export const duration = (ms: number): string => `${Math.round(ms * 10) / 10} ms`;

const MINUTE_MS = 60_000;

/** Milliseconds since 1970 as local date and time: `2026-11-23 19:10:05.123`. */
export const localTime = (ms: number): string => {
  const offset = new Date(ms).getTimezoneOffset() * MINUTE_MS;
  return new Date(ms - offset).toISOString().slice(0, -1).replace('T', ' ');
};
