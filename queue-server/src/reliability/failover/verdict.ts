import { lost, outOfOrder, unexpected } from '../loss-checker.js';
import type { FailingStore } from './failing-store.js';
import type { Traffic } from './traffic.js';

/** How many seqs a problem lists at most. */
const MAX_LISTED = 10;

/** What must not happen and did. */
export const problemsOf = (
  { published, handled, errors, sameSeqs, durabilities, sent }: Traffic,
  { durability }: FailingStore,
): string[] => [
  ...(sent === published.size + sameSeqs.length ? [] : [`${sent} sent, ${published.size} with a receipt`]),
  ...listed('published, and not handled', lost(published, handled)),
  ...listed('handled, and not published', unexpected(published, handled)),
  ...listed(
    'handled before an earlier message of its key',
    outOfOrder(handled).map(({ seq }) => seq),
  ),
  ...listed('in two receipts', sameSeqs),
  ...[...errors].map(([error, count]) => `a publisher saw ${count} times: ${error}`),
  ...[...durabilities].filter((each) => each !== durability).map((each) => `a receipt said "${each}"`),
];

const listed = (what: string, seqs: readonly number[]): string[] =>
  seqs.length === 0 ? [] : [`${what}: ${seqs.length} messages (${seqs.slice(0, MAX_LISTED).join(', ')})`];
