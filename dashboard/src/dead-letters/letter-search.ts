import type { SearchSchemaInput } from '@tanstack/react-router';
import type { DeadLetterFilter } from '@typed-queue/contracts';
import { LONGEST_NAME } from '../address/queue-fields.js';
import { anyTextField, countField, searchReader, textField, timeField } from '../address/search-fields.js';
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
  group: textField(LONGEST_NAME),
  code: codeField,
  reason: textField(LONGEST_REASON),
  kindReason: anyTextField(LONGEST_REASON),
  seq: countField(1),
  since: timeField,
  until: timeField,
  after: countField(1),
  letter: countField(1),
});

/** For the router, which writes addresses from it: what cannot be read stays, and the page says so. */
export const writtenSearch = (
  written: LetterSearch & SearchSchemaInput,
): Readonly<Record<string, unknown>> => ({
  ...written,
});

/** What the address says of letters, without the page and the one that is opened. */
export const filterOf = ({ after: _, letter: __, ...filter }: LetterSearch): DeadLetterFilter => filter;
