import type { DeadLetter, DeadLetterFilter } from '@typed-queue/contracts';

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

/** How the codes are called. */
export const CODES: Readonly<Record<DeadLetter['code'], string>> = {
  rejected: 'rejected by its handler',
  attempts_exhausted: 'all attempts failed',
  contract_mismatch: 'no longer matches the contract',
};

/** How the reason of a kind is called. */
export const kindReasonText = (reason: string): string => (reason === '' ? 'no reason given' : reason);

const isCode = (value: unknown): value is DeadLetter['code'] =>
  typeof value === 'string' && Object.hasOwn(CODES, value);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Which letters are shown, from the address of the page; what is wrong in it counts as left out. */
export const letterSearch = (search: Record<string, unknown>): LetterSearch => {
  const { group, code, reason, kindReason, seq, since, until, after, letter } = search;
  return {
    ...(isText(group) ? { group } : {}),
    ...(isCode(code) ? { code } : {}),
    ...(isText(reason) ? { reason } : {}),
    ...(typeof kindReason === 'string' ? { kindReason } : {}),
    ...(isCount(seq) && seq > 0 ? { seq } : {}),
    ...(isCount(since) ? { since } : {}),
    ...(isCount(until) ? { until } : {}),
    ...(isCount(after) && after > 0 ? { after } : {}),
    ...(isCount(letter) && letter > 0 ? { letter } : {}),
  };
};

/** What the address says of letters, without the page and the one that is opened. */
export const filterOf = ({ after: _, letter: __, ...filter }: LetterSearch): DeadLetterFilter => filter;
