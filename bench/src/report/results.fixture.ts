import type { MeasureResult, Row } from './results.js';

export const row = (title: string, median: number, more: Partial<Row> = {}): Row => ({
  peer: title,
  title,
  acknowledges: 'fdatasync',
  median,
  lowest: median,
  highest: median,
  rounds: [median],
  duplicates: 0,
  failures: [],
  ...more,
});

export const measureResult = (rows: readonly Row[]): MeasureResult => ({
  name: 'end-to-end',
  title: 'Publish & consume',
  unit: 'messages/s',
  better: 'more',
  rows,
});
