import { lost, outOfOrder, unexpected, type Handled, type Published } from '../loss-checker.js';
import type { FailingStore } from './failing-store.js';
import type { Publishing } from './publishing.js';
import type { Traffic } from './traffic.js';

/** How many seqs a problem lists at most. */
const MAX_LISTED = 10;

/** What must not happen and did. */
export const problemsOf = (traffic: Traffic, { durability }: FailingStore): string[] => [
  ...publishingProblems(traffic, durability),
  ...handlingProblems(traffic.published, traffic.handled),
];

/** `durability`: what every receipt must say. */
export const publishingProblems = (
  { published, errors, sameSeqs, durabilities, sent }: Publishing,
  durability: string,
): string[] => [
  ...(sent === published.size + sameSeqs.length ? [] : [`${sent} sent, ${published.size} with a receipt`]),
  ...listed('in two receipts', sameSeqs),
  ...[...errors].map(([error, count]) => `a publisher saw ${count} times: ${error}`),
  ...[...durabilities].filter((each) => each !== durability).map((each) => `a receipt said "${each}"`),
];

export const handlingProblems = (published: Published, handled: readonly Handled[]): string[] => [
  ...listed('published, and not handled', lost(published, handled)),
  ...listed('handled, and not published', unexpected(published, handled)),
  ...listed(
    'handled before an earlier message of its key',
    outOfOrder(handled).map(({ seq }) => seq),
  ),
];

/** Nothing, or what happened to these seqs. */
export const listed = (what: string, seqs: readonly number[]): string[] =>
  seqs.length === 0 ? [] : [`${what}: ${seqs.length} messages (${seqs.slice(0, MAX_LISTED).join(', ')})`];
