import type { Range } from '@typed-queue/contracts';
import type { Run } from './state-runs.js';
import { isReady } from './message-state.js';
import type { Lease } from './leases.js';
import type { HandOut, Priorities, Ready } from './priorities.js';
import { firstOf, joined } from './seq-lists.js';

const NONE: Candidates = { ranges: [], overtaking: false, isolated: false, onePerKey: true };

export interface CandidateSources {
  /** Of messages below the cursor. */
  readonly runs: readonly Run[];
  /** From the cursor on. */
  readonly fresh: Range;
  /** Of the claimant. */
  readonly leases: readonly Lease[];
  /** How many handlers the member runs at once; Infinity when unknown. */
  readonly concurrency: number;
  readonly now: number;
  readonly limit: number;
  /** Undefined: the group hands out messages in their order. */
  readonly priorities: Priorities | undefined;
}

/** The next messages that a member may claim. */
export interface Candidates extends HandOut {
  /** It is one isolated message, whichever member its key belongs to. */
  readonly isolated: boolean;
  /** The member may hold one message of each key only: it may begin all that it holds at once. */
  readonly onePerKey: boolean;
}

/**
 * The messages that a member may claim next. First those without prefetch, then one isolated message, then all
 * others. While a member holds any of the former two, it holds no more than it can begin at once: if it is lost, too,
 * the message that its handler crashed at is isolated, however late its outcomes are. An isolated message waits until
 * the member holds nothing without prefetch, so that one crash counts against it only once.
 */
export const candidates = (sources: CandidateSources): Candidates => {
  const { leases, concurrency, limit } = sources;
  const { isolated, noPrefetch, fresh, returned } = sorted(sources);
  const free = concurrency - leases.reduce((sum, { unsettled }) => sum + unsettled, 0);
  const holdsNoPrefetch = leases.some((lease) => lease.noPrefetch);
  const holdsIsolated = leases.some((lease) => lease.isolated);
  if (noPrefetch.length > 0)
    return candidatesOf({ fresh: [], returned: noPrefetch }, Math.min(free, limit), sources, true);
  if (isolated !== undefined && !holdsIsolated && !holdsNoPrefetch) {
    if (free <= 0) return NONE;
    return { ranges: [[isolated, isolated]], overtaking: true, isolated: true, onePerKey: true };
  }
  const others = { fresh, returned };
  if (holdsNoPrefetch || holdsIsolated) return candidatesOf(others, Math.min(free, limit), sources, true);
  return candidatesOf(others, limit, sources, false);
};

/** The next of ready messages, at most `limit`. */
const candidatesOf = (
  ready: Ready,
  limit: number,
  { priorities }: CandidateSources,
  onePerKey: boolean,
): Candidates => {
  if (priorities === undefined)
    return {
      ranges: firstOf(joined(ready.fresh, ready.returned), limit),
      overtaking: false,
      isolated: false,
      onePerKey,
    };
  const { ranges, overtaking } = priorities.next(ready, limit);
  return { ranges, overtaking, isolated: false, onePerKey };
};

/** What is ready of each kind; without priorities it does not matter what was handed out before. */
const sorted = ({ runs, fresh: unclaimed, now, priorities }: CandidateSources) => {
  const noPrefetch: Range[] = [];
  const returned: Range[] = [];
  const fresh: Range[] = [];
  let isolated: number | undefined;
  for (const { from, to, state } of runs) {
    if (!isReady(state, now)) continue;
    if (state.isolated) isolated ??= from;
    else if (state.noPrefetch) noPrefetch.push([from, to]);
    else (priorities === undefined || state.deliveries === 0 ? fresh : returned).push([from, to]);
  }
  if (unclaimed[0] <= unclaimed[1]) fresh.push(unclaimed);
  return { isolated, noPrefetch, fresh, returned };
};
