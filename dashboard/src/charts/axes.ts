import type uPlot from 'uplot';
import { clockText, minuteText } from '../text/time.js';
import type { ChartContent } from './series.js';

/** 1, 2, 5, 10, 20, … */
const WHOLE_STEPS = Array.from({ length: 13 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/** In a longer time labels are at least a minute apart, in a chart as wide as those of the page. */
const LONG_SECONDS = 600;

/** In seconds. */
const SHORTEST = 60;

/** What a chart of these times shows: before there is a minute of them, the minute that ends with the last. */
export const timeRange = (times: ArrayLike<number>): [number | null, number | null] => {
  const { 0: first, [times.length - 1]: last } = times;
  return first === undefined || last === undefined ? [null, null] : [Math.min(first, last - SHORTEST), last];
};

/** In the zone of the viewer, with seconds only where they tell labels apart. */
export const timeAxis: uPlot.Axis = {
  size: 32,
  // Below the label of 0, also where that is beside it.
  gap: 9,
  space: (_chart, _axis, from, to) => (to - from < LONG_SECONDS ? 90 : 64),
  values: (_chart, times) => {
    const text = times.every((time) => time % 60 === 0) ? minuteText : clockText;
    return times.map((time) => text(time * 1_000));
  },
};

/** Half of the widest label of a time, 12:00:00 PM, and some more. */
export const RIGHT_PADDING = 44;

export const valueAxis = ({ tick, isWhole }: ChartContent): uPlot.Axis => ({
  size: 56,
  space: 24,
  values: (_chart, values) => values.map(tick),
  ...(isWhole ? { incrs: WHOLE_STEPS } : {}),
});
