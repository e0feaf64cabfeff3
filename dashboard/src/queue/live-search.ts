import type { Start } from '@typed-queue/contracts';
import { countField, searchReader, textField } from '../address/search-fields.js';

/** What the live page shows, as its address says it. */
export interface LiveSearch {
  /** `now`, `start`, a seq, or a time as ISO 8601 writes it. Left out: what is published from now on. */
  readonly from?: string;
  readonly event?: string;
  /** The whole ordering key. */
  readonly key?: string;
  /** The name of a header, or `name=value`. */
  readonly header?: string;
  /** Text within the payload as JSON. */
  readonly text?: string;
}

/** From the address of the page, or from its form. */
export const liveSearch = searchReader<LiveSearch>({
  from: (text) => (text !== 'now' && startOf(text) === 'now' ? undefined : text),
  event: textField(),
  key: textField(),
  header: textField(),
  text: textField(),
});

/** Where the tail of a search begins. */
export const startOf = (from: string | undefined): Start => {
  if (from === undefined) return 'now';
  if (from === 'start') return from;
  const seq = countField(1)(from);
  if (seq !== undefined) return { seq };
  const time = /^\d{4}-/.test(from) ? Date.parse(from) : Number.NaN;
  return Number.isNaN(time) ? 'now' : { time };
};
