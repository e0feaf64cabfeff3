import type { History } from '@typed-queue/contracts';
import type { ChartContent, ChartSeries } from '../charts/series.js';
import { countText, rateText, shortCount } from '../text/quantity.js';

type TitledContent = readonly [title: string, content: ChartContent];

/** @param seesAll else a series of nothing may be what the viewer has no right to see, and is left out */
export const historyContents = (history: History, seesAll: boolean): readonly TitledContent[] =>
  allContents(history).flatMap(([title, content]): readonly TitledContent[] => {
    const series = content.series.filter((each) => seesAll || hasAny(each));
    return series.length === 0 ? [] : [[title, { ...content, series }]];
  });

const hasAny = ({ values }: ChartSeries): boolean => values.some((value) => value !== null && value > 0);

/** The charts of a history by their titles. */
const allContents = (history: History): readonly TitledContent[] => {
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
