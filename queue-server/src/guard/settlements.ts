import { QueueError, type Range } from '@typed-queue/contracts';
import { mergeRanges, type Settlement } from '@typed-queue/contracts/wire';

/** Ranges of all settlements of a request together. */
export const MAX_RANGES = 10_000;

/**
 * Settlements that name each message once, so that their cost is bounded by their messages: overlapping ranges of a
 * settlement become one.
 * @throws QueueError `request_invalid` when settlements of one token overlap, or have too many ranges together
 */
export const distinctSettlements = (settlements: readonly Settlement[]): readonly Settlement[] => {
  const count = settlements.reduce((sum, { ranges = [] }) => sum + ranges.length, 0);
  if (count > MAX_RANGES) {
    throw new QueueError(
      'request_invalid',
      `The settlements of a request may have ${MAX_RANGES} ranges together; these have ${count}.`,
    );
  }
  const merged = settlements.map((settlement) =>
    settlement.ranges === undefined ? settlement : { ...settlement, ranges: mergeRanges(settlement.ranges) },
  );
  checkDistinct(merged);
  return merged;
};

/** `extend` settles nothing: it may name messages that another settlement of the request settles. */
const checkDistinct = (settlements: readonly Settlement[]): void => {
  const named = new Map<string, { whole: boolean; readonly ranges: Range[] }>();
  for (const { token, outcome, ranges } of settlements) {
    const key = `${token} ${outcome.kind === 'extend'}`;
    const before = named.get(key) ?? { whole: false, ranges: [] };
    named.set(key, before);
    if (ranges === undefined && before.whole) throw twice(token);
    before.whole ||= ranges === undefined;
    // One by one: as arguments of one call they would be too many.
    for (const range of ranges ?? []) before.ranges.push(range);
  }
  for (const [key, { ranges }] of named) {
    const sorted = ranges.sort(([one], [other]) => one - other);
    if (sorted.some(([from], index) => from <= (sorted[index - 1]?.[1] ?? 0))) throw twice(parseInt(key, 10));
  }
};

const twice = (token: number): QueueError =>
  new QueueError(
    'request_invalid',
    `The request settles messages under token ${token} twice. Name each message in one settlement.`,
    { details: { token } },
  );
