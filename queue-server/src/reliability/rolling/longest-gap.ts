import { QUEUES, type RollingQueue } from './rolling-contract.js';
import type { Moment } from './rolling-record.js';

/** From when to when something is looked for, by the clock of the moments. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The longest time of a span without any of the moments, in milliseconds. */
const longestGap = (moments: readonly Pick<Moment, 'at'>[], { from, to }: Span): number => {
  const times = moments.map(({ at }) => at).filter((at) => at > from && at < to);
  const edges = [from, ...times.sort((one, other) => one - other), to];
  return Math.round(Math.max(...edges.slice(1).map((at, index) => at - (edges[index] ?? at))));
};

/** The longest gap that any queue has. */
export const longestGapOfQueues = (moments: readonly Moment[], span: Span): number =>
  Math.max(
    ...QUEUES.map((queue: RollingQueue) =>
      longestGap(
        moments.filter((moment) => moment.queue === queue),
        span,
      ),
    ),
  );
