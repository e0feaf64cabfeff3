import { useEffect, useRef, type RefObject } from 'react';
import uPlot from 'uplot';
import { THEME_CHANGED } from '../layout/theme.js';
import { RIGHT_PADDING, timeAxis, timeRange, valueAxis } from './axes.js';
import { lonePoints, timesOf, type ChartContent, type ChartSeries } from './series.js';

const HEIGHT = 140;

/** Draws into an element, again when the content, the width or the theme changes. */
export const useDrawing = (content: ChartContent): RefObject<HTMLDivElement | null> => {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot>(undefined);
  const newest = useRef(content);
  newest.current = content;
  const names = content.series.map(({ name }) => name).join();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const draw = (): void => {
      drawn.current?.destroy();
      drawn.current = new uPlot(optionsOf(newest.current, element), dataOf(newest.current), element);
    };
    draw();
    const stop = watchTheme(draw);
    const resized = new ResizeObserver(() =>
      drawn.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resized.observe(element);
    return () => {
      stop();
      resized.disconnect();
      drawn.current?.destroy();
      drawn.current = undefined;
    };
  }, [names]);
  useEffect(() => drawn.current?.setData(dataOf(content)), [content]);
  return place;
};

/** Calls back when the colours of the page change. */
const watchTheme = (changed: () => void): (() => void) => {
  const preference = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  preference.addEventListener('change', changed);
  root.addEventListener(THEME_CHANGED, changed);
  return () => {
    preference.removeEventListener('change', changed);
    root.removeEventListener(THEME_CHANGED, changed);
  };
};

const dataOf = ({ from, stepMs, series }: ChartContent): uPlot.AlignedData => [
  timesOf(from, stepMs, series[0]?.values.length ?? 0),
  ...series.map(({ values }) => [...values]),
];

const optionsOf = (content: ChartContent, element: HTMLElement): uPlot.Options => {
  const colours = coloursOf(element);
  const axis = { stroke: colours.ink, grid: { stroke: colours.line, width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    // A flat line of zeros stays at the bottom.
    scales: {
      // uPlot itself makes a day of a single time.
      x: { range: ({ data: [times] }) => timeRange(times) },
      y: { range: (_chart, _least, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    padding: [null, RIGHT_PADDING, null, null],
    axes: [
      { ...axis, ...timeAxis },
      { ...axis, ...valueAxis(content) },
    ],
    series: [{}, ...content.series.map((each, index) => lineOf(each, index, colours.of(each.state)))],
  };
};

const lineOf = ({ name }: ChartSeries, index: number, colour: string): uPlot.Series => ({
  label: name,
  stroke: colour,
  width: 2,
  // Not by colour alone.
  ...(index === 0 ? {} : { dash: [6, 4] }),
  points: { size: 5, fill: colour, filter: ({ data }, of) => lonePoints(data[of] ?? []) },
});

/** A canvas takes no custom properties: what they are for elements of the page at the moment. */
const coloursOf = (element: HTMLElement) => {
  const styleOf = (target: Element | null | undefined) => getComputedStyle(target ?? element);
  const figure = element.closest('figure');
  return {
    ink: styleOf(figure?.querySelector('figcaption')).color,
    line: styleOf(element).borderTopColor,
    of: (state: ChartSeries['state']) => styleOf(figure?.querySelector(`[data-series="${state}"]`)).color,
  };
};
