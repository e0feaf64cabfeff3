import type { Outcome } from '../bench.js';
import type { Measure } from '../measures/measure.js';
import type { CpuUs } from '../measures/run.js';
import { quantile, summaryOf, type Summary } from './statistics.js';

/** One peer in one measure. */
export interface Row extends Summary {
  readonly peer: string;
  readonly title: string;
  readonly acknowledges: string;
  /** Medians over the rounds. */
  readonly cpuUs?: CpuUs;
  /** Of every round that counts, in their order. */
  readonly rounds: readonly number[];
  readonly duplicates: number;
  /** Why rounds do not count. */
  readonly failures: readonly string[];
}

export interface MeasureResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly rows: readonly Row[];
}

/** What the bench found, as `results.json` has it. */
export interface Results {
  readonly at: string;
  readonly machine: string;
  /** Of the Node that ran what was measured. */
  readonly node: string;
  /** By peer. */
  readonly versions: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly messages: number;
  readonly measures: readonly MeasureResult[];
}

/** Each measure with a row for each peer that had a turn, in the order of their turns. */
export const resultsOf = (measures: readonly Measure[], outcomes: readonly Outcome[]): MeasureResult[] =>
  measures.map((measure) => {
    const own = outcomes.filter((outcome) => outcome.measures.includes(measure));
    const { name, title, unit, better } = measure;
    return {
      name,
      title,
      unit,
      better,
      rows: [...new Set(own.map(({ peer }) => peer))].map((peer) =>
        rowOf(
          measure,
          own.filter((outcome) => outcome.peer === peer),
        ),
      ),
    };
  });

const rowOf = ({ figure }: Measure, outcomes: readonly Outcome[]): Row => {
  const runs = outcomes.flatMap((outcome) => (outcome.kind === 'measured' ? [outcome.run] : []));
  const rounds = runs.flatMap(({ figures }) => figures[figure] ?? []);
  const cpuUs = runs.flatMap((run) => run.cpuUs ?? []);
  const cpuOf = (side: keyof CpuUs): number =>
    quantile(
      cpuUs.map((cpu) => cpu[side]),
      0.5,
    );
  const { name = '', title = '', acknowledges = '' } = outcomes[0]?.peer ?? {};
  return {
    peer: name,
    title,
    acknowledges,
    rounds,
    ...summaryOf(rounds),
    ...(figure !== 'residentMb' &&
      cpuUs.length > 0 && {
        cpuUs: {
          publisher: cpuOf('publisher'),
          broker: cpuOf('broker'),
          subscriber: cpuOf('subscriber'),
        },
      }),
    duplicates: runs.reduce((sum, { duplicates }) => sum + duplicates, 0),
    failures: outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.reason] : [])),
  };
};
