import { QueueError, type RefusedLetter } from '@typed-queue/contracts';
import type { RedriveResult } from '@typed-queue/queue-client';
import { counted, countText } from '../text/quantity.js';
import { refusalText } from './refusal-text.js';

/** A reason of refusals, and how many letters it is for. */
export interface RefusalCount {
  readonly code: string;
  readonly reason: string;
  readonly letters: number;
}

const SHOWN = 5;

/** The most frequent reasons of refusals. */
export const refusalCounts = (refused: readonly RefusedLetter[]): readonly RefusalCount[] => {
  const counts = new Map<string, RefusalCount>();
  for (const { code, reason } of refused) {
    const key = JSON.stringify([code, reason]);
    counts.set(key, { code, reason, letters: (counts.get(key)?.letters ?? 0) + 1 });
  }
  return [...counts.values()].sort((one, other) => other.letters - one.letters).slice(0, SHOWN);
};

/** Why letters are refused, with how many of them for each reason: only the first of many are known. */
export const refusalTexts = ({
  refusedCount,
  refused,
}: Pick<RedriveResult, 'refusedCount' | 'refused'>): readonly string[] => {
  const sample = refused.length < refusedCount ? ` of the first ${countText(refused.length)}` : '';
  return refusalCounts(refused).map(
    (count) => `${countText(count.letters)}${sample} × ${refusalText(count)}`,
  );
};

type Counts = Pick<RedriveResult, 'redriven' | 'refusedCount'>;

/** Whether nothing was there any more. */
export const foundNone = ({ redriven, refusedCount }: Counts): boolean => redriven + refusedCount === 0;

export const NONE_REDRIVEN =
  'Nothing was redriven: what was chosen is gone. It was redriven or discarded already, or it expired.';

/** What a redrive did: "12 letters redriven, 3 refused." and why these are. */
export const redrivenText = (result: Omit<RedriveResult, 'through'>): string =>
  foundNone(result) ? NONE_REDRIVEN : [countsText(result), ...refusalTexts(result)].join(' ');

/** @param isUnknown whether the answer to the page under way was not awaited */
export const cancelledText = (result: Counts = { redriven: 0, refusedCount: 0 }, isUnknown = false): string =>
  cancelled(countsText(result), isUnknown);

export const discardedText = (letters: number): string => `${counted(letters, 'letter')} discarded.`;

export const cancelledDiscardText = (letters = 0, isUnknown = false): string =>
  cancelled(discardedText(letters), isUnknown);

const cancelled = (text: string, isUnknown: boolean): string =>
  `Cancelled: ${isUnknown ? 'at least ' : ''}${text}`;

/** Whether the page under way may have been done. */
export const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof QueueError && error.code === 'outcome_unknown';

const countsText = ({ redriven, refusedCount }: Counts): string =>
  `${counted(redriven, 'letter')} redriven${refusedCount === 0 ? '' : `, ${countText(refusedCount)} refused`}.`;

/** What a redrive would do. */
export const wouldRedriveText = ({ redriven, refusedCount }: Counts): string =>
  `Would redrive ${counted(redriven, 'letter')}${refusedCount === 0 ? '.' : `; ${countText(refusedCount)} refused:`}`;
