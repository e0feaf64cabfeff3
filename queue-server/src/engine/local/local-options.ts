import { systemTimers, type Timers } from '../alarm.js';
import { backOff } from '../group/back-off.js';

/** What an engine of one process is given. */
export interface LocalOptions {
  readonly queues: readonly string[];
  /** How long a member may hold messages without a word. Default 30 s. */
  readonly leaseMs?: number;
  /** How long a member that vanished may take to come back. Default 5 s. */
  readonly graceMs?: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly timers?: Timers;
  /** Told of failures that nobody waits for. */
  readonly onError?: (error: unknown) => void;
}

/** How groups run; the options with their defaults. */
export interface GroupSettings {
  readonly leaseMs: number;
  readonly graceMs: number;
  /** How long a message waits after so many failures, in milliseconds. */
  readonly backOff: (failures: number) => number;
  readonly now: () => number;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

export const settingsOf = ({
  leaseMs = 30_000,
  graceMs = 5_000,
  now = Date.now,
  random = Math.random,
  timers = systemTimers,
  onError = () => undefined,
}: LocalOptions): GroupSettings => ({
  ...{ leaseMs, graceMs, now, timers, onError },
  backOff: (failures) => backOff(failures, random),
});
