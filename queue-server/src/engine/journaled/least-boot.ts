const HOUR_MS = 3_600_000;

/** When earlier boot numbers are lost, the next is the hours since 1970: no server starts more often than hourly. */
export const leastBootAt = (wallTime: number): number => Math.floor(wallTime / HOUR_MS);
