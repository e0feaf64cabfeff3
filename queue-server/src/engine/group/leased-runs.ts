import type { Range } from '@typed-queue/contracts';
import type { Lease } from './leases.js';
import { countOf, type Run } from './state-runs.js';

interface Holder extends Pick<Lease, 'token' | 'member' | 'excused'> {
  /** Default: unknown. */
  readonly concurrency?: number | undefined;
}

/** The lease of messages that are leased to a holder. */
export const leaseOf = (
  { token, member, concurrency = Infinity, excused }: Holder,
  runs: readonly Run[],
  deadline: number,
): Lease => {
  const leased = runs.flatMap(({ state }) => (state.kind === 'leased' ? [state] : []));
  return {
    token,
    member,
    concurrency,
    excused,
    deadline,
    unsettled: countOf(runs),
    isolated: leased.some(({ isolated }) => isolated),
    noPrefetch: leased.some(({ noPrefetch }) => noPrefetch),
    span: spanOf(runs),
  };
};

/** The leased messages by token, in the order of the tokens. */
export const leasedRuns = (runs: readonly Run[]): [token: number, runs: readonly Run[]][] => {
  const byToken = new Map<number, Run[]>();
  for (const run of runs) {
    if (run.state.kind !== 'leased') continue;
    const { token } = run.state;
    const known = byToken.get(token);
    if (known === undefined) byToken.set(token, [run]);
    else known.push(run);
  }
  return [...byToken].sort(([one], [other]) => one - other);
};

export const spanOf = (runs: readonly Run[]): Range => [runs[0]?.from ?? 0, runs.at(-1)?.to ?? 0];
