import type { Histogram } from './histogram.js';

export type Labels = Readonly<Record<string, string>>;

interface Described {
  readonly name: string;
  readonly help: string;
  /** The names of its labels: the same for all of its series. */
  readonly labels: readonly string[];
}

/** What a server measures, as it is now. `counter`: only grows while the server runs. */
export type Metric =
  | (Described & {
      readonly kind: 'counter' | 'gauge';
      readonly series: readonly { readonly labels: Labels; readonly value: number }[];
    })
  | (Described & {
      readonly kind: 'histogram';
      readonly series: readonly { readonly labels: Labels; readonly histogram: Histogram }[];
    });
