import type { Range } from '@typed-queue/contracts';
import type { Run } from './delivery-runs.js';
import { isReady } from './delivery.js';
import type { Lease } from './leases.js';

const NONE: Candidates = { ranges: [], alone: false, onePerKey: true };

export interface CandidateSources {
  /** What was handed out before. */
  readonly runs: readonly Run[];
  /** What was not. */
  readonly fresh: Range;
  /** Of the member that asks. */
  readonly leases: readonly Lease[];
  /** How many handlers the member runs at once; Infinity when it told nothing. */
  readonly concurrency: number;
  readonly now: number;
  readonly limit: number;
}

/** The next messages that may go to a member. */
export interface Candidates {
  readonly ranges: readonly Range[];
  /** It is one suspect, whoever's its key is. */
  readonly alone: boolean;
  /** The member may hold no more than one message of a key: each that it holds may be begun at once. */
  readonly onePerKey: boolean;
}

/**
 * The messages that may go to a member next. First those that go out without prefetch, then one suspect, then all
 * others. While a member has some of the former two, it holds no more than it can begin at once: if it is lost, too,
 * the message that its handler crashed at is a suspect, however far its outcomes lag behind. A suspect waits until
 * the member has nothing that goes out without prefetch, so that one crash counts against it only once.
 */
export const candidates = (sources: CandidateSources): Candidates => {
  const { leases, concurrency } = sources;
  const { suspect, noPrefetch, others } = sorted(sources);
  const free = concurrency - leases.reduce((sum, { unsettled }) => sum + unsettled, 0);
  const cautious = leases.some((lease) => lease.noPrefetch);
  const apart = leases.some((lease) => lease.alone);
  if (noPrefetch.length > 0) return { ranges: firstOf(noPrefetch, free), alone: false, onePerKey: true };
  if (suspect !== undefined && !apart && !cautious) {
    return free > 0 ? { ranges: [[suspect, suspect]], alone: true, onePerKey: true } : NONE;
  }
  if (cautious || apart) return { ranges: firstOf(others, free), alone: false, onePerKey: true };
  return { ranges: others, alone: false, onePerKey: false };
};

/** What is ready, at most so many of each kind. */
const sorted = ({ runs, fresh, now, limit }: CandidateSources) => {
  const noPrefetch: Range[] = [];
  const others: Range[] = [];
  let suspect: number | undefined;
  for (const { from, to, delivery } of runs) {
    if (!isReady(delivery, now)) continue;
    if (delivery.alone) suspect ??= from;
    else (delivery.noPrefetch ? noPrefetch : others).push([from, to]);
  }
  if (fresh[0] <= fresh[1]) others.push(fresh);
  return { suspect, noPrefetch: firstOf(noPrefetch, limit), others: firstOf(others, limit) };
};

/** The first so many messages of ascending ranges. */
const firstOf = (ranges: readonly Range[], limit: number): readonly Range[] => {
  const first: Range[] = [];
  let room = limit;
  for (const [from, to] of ranges) {
    if (room <= 0) break;
    const last = Math.min(to, from + room - 1);
    first.push([from, last]);
    room -= last - from + 1;
  }
  return first;
};
