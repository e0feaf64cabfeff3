import type { Range } from '@typed-queue/contracts';
import type { Run } from './delivery-runs.js';
import { isReady } from './delivery.js';
import type { Lease } from './leases.js';

const NONE: Candidates = { ranges: [], alone: false };

export interface CandidateSources {
  /** What was handed out before. */
  readonly runs: readonly Run[];
  /** What was not. */
  readonly fresh: Range;
  /** Of the member that asks. */
  readonly leases: readonly Lease[];
  readonly now: number;
  readonly limit: number;
}

/** The next messages that may go to a member. */
export interface Candidates {
  readonly ranges: readonly Range[];
  /** It is one message that goes out by itself, whoever's its key is. */
  readonly alone: boolean;
}

/**
 * The messages that may go to a member next. One that goes out alone goes to a member that holds nothing, and
 * nothing joins it there; while one waits, members are handed nothing more until they hold nothing.
 */
export const candidates = ({ runs, fresh, leases, now, limit }: CandidateSources): Candidates => {
  if (leases.some(({ alone }) => alone)) return NONE;
  const ranges: Range[] = [];
  let room = limit;
  const add = (from: number, to: number): void => {
    const last = Math.min(to, from + room - 1);
    if (last < from) return;
    ranges.push([from, last]);
    room -= last - from + 1;
  };
  for (const { from, to, delivery } of runs) {
    if (room === 0) return { ranges, alone: false };
    if (!isReady(delivery, now)) continue;
    if (delivery.kind === 'ready' && delivery.alone) {
      if (ranges.length > 0) return { ranges, alone: false };
      return leases.length > 0 ? NONE : { ranges: [[from, from]], alone: true };
    }
    add(from, to);
  }
  add(...fresh);
  return { ranges, alone: false };
};
