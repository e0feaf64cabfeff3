import type { Start } from '@typed-queue/contracts';

/** What the live page shows, as its address says it. */
export interface LiveSearch {
  /** `start`, a seq, or a time as ISO 8601 writes it. Left out: what is published from now on. */
  readonly from?: string;
  readonly event?: string;
  /** The whole ordering key. */
  readonly key?: string;
  /** The name of a header, or `name=value`. */
  readonly header?: string;
  /** Text within the payload as JSON. */
  readonly text?: string;
}

const FIELDS = ['from', 'event', 'key', 'header', 'text'] as const satisfies readonly (keyof LiveSearch)[];

/** The address has `from=12` as a number. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
};

/** From the address of the page, or from its form; what is wrong counts as left out. */
export const liveSearch = (given: Record<string, unknown>): LiveSearch =>
  Object.fromEntries<string>(
    FIELDS.map((field) => [field, textOf(given[field])] as const).filter(
      ([field, text]) => text !== '' && (field !== 'from' || startOf(text) !== 'now'),
    ),
  );

/** Where the tail of a search begins. */
export const startOf = (from: string | undefined): Start => {
  if (from === undefined) return 'now';
  if (from === 'start') return from;
  const seq = Number(from);
  if (Number.isSafeInteger(seq) && seq > 0) return { seq };
  const time = /^\d{4}-/.test(from) ? Date.parse(from) : Number.NaN;
  return Number.isNaN(time) ? 'now' : { time };
};
