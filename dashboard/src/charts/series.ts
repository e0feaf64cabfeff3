/** One value for each step; null: not measured. */
export type Values = readonly (number | null)[];

export interface ChartSeries {
  readonly name: string;
  readonly values: Values;
  /** As people know the states: ready blue, in flight amber, done green, dead red. */
  readonly state: 'ready' | 'flight' | 'done' | 'dead';
}

export interface ChartContent {
  /** Milliseconds since 1970 of the first value, and between two. */
  readonly from: number;
  readonly stepMs: number;
  readonly series: readonly ChartSeries[];
  /** How a value is written. */
  readonly text: (value: number) => string;
  /** At the axis, in a few characters. */
  readonly tick: (value: number) => string;
  /** Whether there are no fractions. */
  readonly isWhole: boolean;
}

/** The times of the steps, in seconds, as uPlot takes them. */
export const timesOf = (from: number, stepMs: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => (from + step * stepMs) / 1_000);

const measured = (values: Values): number[] => values.filter((value) => value !== null);

/** Where values are that no line leads to, because their neighbours were not measured. */
export const lonePoints = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values).flatMap((value, index, all) =>
    typeof value === 'number' && typeof all[index - 1] !== 'number' && typeof all[index + 1] !== 'number'
      ? [index]
      : [],
  );

/** The last value that was measured; undefined: there is none. */
export const latest = (values: Values): number | undefined => measured(values).at(-1);

/** The largest one, or 0. */
export const largest = (values: Values): number =>
  measured(values).reduce((most, value) => Math.max(most, value), 0);
