import type { DeadLetterFilter } from '@typed-queue/contracts';
import {
  anyTextField,
  countField,
  groupField,
  searchReader,
  textField,
  timeField,
} from '../address/search-fields.js';
import { codeField } from './letter-code.js';

/** Which dead letters a page shows, as its address says. */
export interface LetterSearch extends Pick<
  DeadLetterFilter,
  'group' | 'code' | 'reason' | 'kindReason' | 'seq' | 'since' | 'until'
> {
  /** The page of the list that begins after this position. */
  readonly after?: number;
  /** The position of the letter that is opened. */
  readonly letter?: number;
}

/** How the reason of a kind is called. */
export const kindReasonText = (reason: string): string => (reason === '' ? 'no reason given' : reason);

/** The most characters of a reason that the server looks for. */
export const LONGEST_REASON = 10_000;

/** Which letters are shown, from the address of the page. */
export const letterSearch = searchReader<LetterSearch>({
  group: groupField,
  code: codeField,
  reason: textField(LONGEST_REASON),
  kindReason: anyTextField(LONGEST_REASON),
  seq: countField(1),
  since: timeField,
  until: timeField,
  after: countField(1),
  letter: countField(1),
});

/** What the address says of letters, without the page and the one that is opened. */
export const filterOf = ({ after: _, letter: __, ...filter }: LetterSearch): DeadLetterFilter => filter;

/**
 * The search of an address after a filter was changed. What cannot be read stays in it, also what was just typed: without it
 * there would be more letters than somebody meant.
 */
export const changedSearch = (
  { after: _, letter: __, ...written }: Readonly<Record<string, unknown>>,
  change: Partial<Record<keyof LetterSearch, unknown>>,
): LetterSearch => {
  const isNone = (value: unknown): boolean => value === undefined || value === '';
  const dropped = new Set(Object.entries(change).flatMap(([name, value]) => (isNone(value) ? [name] : [])));
  const fields = Object.entries({ ...written, ...change }).filter(([name]) => !dropped.has(name));
  // Safe: the page reads it as the search of any address.
  return Object.fromEntries(fields) as LetterSearch;
};
