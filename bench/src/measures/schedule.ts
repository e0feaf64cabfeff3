import type { Ability, Peer } from '../peers/peer.js';
import type { Measure } from './measure.js';
import type { Workload } from './workload.js';

/** A run that is due: all measures of one workload, with one peer. */
export interface Turn {
  readonly peer: Peer;
  readonly workload: Workload;
  /** Those that take a figure from this run. */
  readonly measures: readonly Measure[];
  /** From 1. */
  readonly round: number;
}

/**
 * Workload by workload, its peers in turn, round after round: A B A B. What the machine does meanwhile hits all peers
 * alike.
 */
export const scheduleOf = (measures: readonly Measure[], peers: readonly Peer[], rounds: number): Turn[] =>
  [...new Set(measures.map(({ workload }) => workload))].flatMap((workload) => {
    const sharing = measures.filter((measure) => measure.workload === workload);
    return Array.from({ length: rounds }, (_, index) =>
      peers
        .filter((peer) => sharing.every(({ needs }) => can(peer, needs)))
        .map((peer) => ({ peer, workload, measures: sharing, round: index + 1 })),
    ).flat();
  });

/** Whether a peer takes part in a measure. One with the ability `call` alone takes part only in measures of calls. */
const can = ({ abilities }: Peer, needs: Ability | undefined): boolean =>
  needs === undefined ? abilities.some((ability) => ability !== 'call') : abilities.includes(needs);
