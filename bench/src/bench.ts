import { runApiWrites } from './api-writes.js';
import { runBacklog } from './measures/backlog.js';
import { runFlow } from './measures/flow.js';
import { scheduleOf, type Turn } from './measures/schedule.js';
import type { Measure } from './measures/measure.js';
import type { Run } from './measures/run.js';
import { runConnections, runStart } from './measures/start.js';
import type { Scale } from './measures/workload.js';
import type { Peer } from './peers/peer.js';

export interface BenchOptions extends Scale {
  readonly measures: readonly Measure[];
  readonly peers: readonly Peer[];
  readonly rounds: number;
  /** The Node that runs everything but the bench itself. */
  readonly node: string;
}

/** What came of a turn. */
export type Outcome = Turn &
  ({ readonly kind: 'measured'; readonly run: Run } | { readonly kind: 'failed'; readonly reason: string });

/** How far the bench is. */
export interface BenchEvents {
  readonly onTurn: (turn: Turn, index: number, turns: number) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Runs every turn; one that fails is an outcome as well. */
export const runBench = async (options: BenchOptions, events: BenchEvents): Promise<Outcome[]> => {
  const turns = scheduleOf(options.measures, options.peers, options.rounds);
  const outcomes: Outcome[] = [];
  for (const [index, turn] of turns.entries()) {
    events.onTurn(turn, index, turns.length);
    const outcome = await outcomeOf(turn, options);
    events.onOutcome(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
};

const outcomeOf = async (turn: Turn, options: BenchOptions): Promise<Outcome> => {
  try {
    const run = await runTurn(turn, options);
    if (run.lost === 0) return { ...turn, kind: 'measured', run };
    return { ...turn, kind: 'failed', reason: `${run.lost} messages were not delivered` };
  } catch (error) {
    return { ...turn, kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
};

const runTurn = ({ peer, workload }: Turn, options: BenchOptions): Promise<Run> => {
  switch (workload.kind) {
    case 'flow':
      return runFlow(peer, workload, options);
    case 'backlog':
      return runBacklog(peer, workload, options);
    case 'start':
      return runStart(peer, options.node);
    case 'connections':
      return runConnections(peer, workload, options.node);
    case 'api-writes':
      return runApiWrites(options);
  }
};
