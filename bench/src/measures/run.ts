import type { ProcessUsage } from '../peers/process-usage.js';
import type { Sample } from '../workers/protocol.js';

/** What a run may measure. */
export type Figure =
  | 'perSecond'
  | 'p50Ms'
  | 'p99Ms'
  | 'residentMb'
  | 'startMs'
  | 'connectionKb'
  | 'writeRateRatio'
  | 'writeCpuRatio';

/** CPU time of each process, in microseconds of each message (of each delivery, with several groups). */
export interface CpuUs {
  readonly publisher: number;
  readonly broker: number;
  readonly subscriber: number;
}

/** One run of one workload with one peer. */
export interface Run {
  readonly figures: Readonly<Partial<Record<Figure, number>>>;
  readonly cpuUs?: CpuUs;
  /** Of all deliveries of the run; a run that loses any does not count. */
  readonly lost: number;
  readonly duplicates: number;
}

/** All processes at one moment. */
export interface Moment {
  readonly publisher?: Sample;
  readonly broker: ProcessUsage;
  readonly subscriber?: Sample;
}

/** Rate and CPU time between two moments, of what `counted` has done between them. */
export const between = (
  from: Moment,
  to: Moment,
  counted: 'publisher' | 'subscriber',
): { readonly perSecond: number; readonly cpuUs: CpuUs } => {
  const span = (key: 'at' | 'count' | 'cpuMs', side: 'publisher' | 'subscriber'): number =>
    (to[side]?.[key] ?? 0) - (from[side]?.[key] ?? 0);
  const messages = span('count', counted);
  const us = (ms: number): number => (ms * 1_000) / messages;
  return {
    perSecond: (messages * 1_000) / span('at', counted),
    cpuUs: {
      publisher: us(span('cpuMs', 'publisher')),
      broker: us(to.broker.cpuMs - from.broker.cpuMs),
      subscriber: us(span('cpuMs', 'subscriber')),
    },
  };
};
