import type { History } from '@typed-queue/contracts';
import type { ChartContent } from '../charts/series.js';
import { countText, rateText, shortCount } from '../text/quantity.js';

/** The charts of a history by their titles. */
export const historyContents = (history: History): readonly (readonly [string, ChartContent])[] => {
  const { from, stepMs, published, settled, depth, deadLetters } = history;
  const count = { from, stepMs, text: countText, tick: shortCount, isWhole: true };
  return [
    [
      'Messages a second',
      {
        from,
        stepMs,
        text: rateText,
        tick: rateText,
        isWhole: false,
        series: [
          { name: 'in', values: published, state: 'ready' },
          { name: 'out', values: settled, state: 'done' },
        ],
      },
    ],
    ['Depth', { ...count, series: [{ name: 'not settled', values: depth, state: 'flight' }] }],
    ['Dead letters', { ...count, series: [{ name: 'kept', values: deadLetters, state: 'dead' }] }],
  ];
};
