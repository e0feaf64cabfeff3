import type { RefusedLetter } from '@typed-queue/contracts';
import type { RedriveResult } from '@typed-queue/queue-client';
import { counted, countText } from '../text/quantity.js';

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

/** What a redrive did: "12 letters redriven, 3 refused." */
export const redrivenText = ({ redriven, refusedCount }: RedriveResult): string =>
  `${counted(redriven, 'letter')} redriven${refusedCount === 0 ? '' : `, ${countText(refusedCount)} refused`}.`;

/** What a redrive would do. */
export const wouldRedriveText = ({ redriven, refusedCount }: RedriveResult): string =>
  `Would redrive ${counted(redriven, 'letter')}${refusedCount === 0 ? '.' : `; ${countText(refusedCount)} refused:`}`;
