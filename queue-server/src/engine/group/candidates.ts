import type { Range } from '@typed-queue/contracts';
import type { Run } from './state-runs.js';
import { isReady } from './message-state.js';
import type { Lease } from './leases.js';

const NONE: Candidates = { ranges: [], isolated: false, onePerKey: true };

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
}

/** The next messages that a member may claim. */
export interface Candidates {
  readonly ranges: readonly Range[];
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
  const { leases, concurrency } = sources;
  const { isolated, noPrefetch, others } = sorted(sources);
  const free = concurrency - leases.reduce((sum, { unsettled }) => sum + unsettled, 0);
  const holdsNoPrefetch = leases.some((lease) => lease.noPrefetch);
  const holdsIsolated = leases.some((lease) => lease.isolated);
  if (noPrefetch.length > 0) return { ranges: firstOf(noPrefetch, free), isolated: false, onePerKey: true };
  if (isolated !== undefined && !holdsIsolated && !holdsNoPrefetch) {
    return free > 0 ? { ranges: [[isolated, isolated]], isolated: true, onePerKey: true } : NONE;
  }
  if (holdsNoPrefetch || holdsIsolated)
    return { ranges: firstOf(others, free), isolated: false, onePerKey: true };
  return { ranges: others, isolated: false, onePerKey: false };
};

/** What is ready, at most `limit` of each kind. */
const sorted = ({ runs, fresh, now, limit }: CandidateSources) => {
  const noPrefetch: Range[] = [];
  const others: Range[] = [];
  let isolated: number | undefined;
  for (const { from, to, state } of runs) {
    if (!isReady(state, now)) continue;
    if (state.isolated) isolated ??= from;
    else (state.noPrefetch ? noPrefetch : others).push([from, to]);
  }
  if (fresh[0] <= fresh[1]) others.push(fresh);
  return { isolated, noPrefetch: firstOf(noPrefetch, limit), others: firstOf(others, limit) };
};

/** The first `limit` messages of ascending ranges. */
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
