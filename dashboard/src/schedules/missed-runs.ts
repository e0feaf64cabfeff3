import type { MissedRuns } from '@typed-queue/contracts';

/** What becomes of runs that a server missed. */
export const MISSED: Readonly<Record<MissedRuns, string>> = {
  once: 'once: the last of them is made',
  all: 'all: each is made',
  skip: 'skip: none is made',
};

/** The choices of a field. */
export const missedOf = (value: string): MissedRuns => (value === 'all' || value === 'skip' ? value : 'once');
