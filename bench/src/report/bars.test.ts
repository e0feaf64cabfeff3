import { expect, it } from '@jest/globals';
import { barsOf } from './bars.js';
import { measureResult, row } from './results.fixture.js';

const widthsOf = (svg: string): number[] =>
  [...svg.matchAll(/width="(\d+)"/g)].map(([, width]) => Number(width));

it('a bar is as long as its median', () => {
  const [first = 0, second = 0] = widthsOf(barsOf(measureResult([row('a', 1_000), row('b', 500)])));
  expect(first).toBe(2 * second);
});

it('names, notes and values are beside the bars', () => {
  const svg = barsOf(measureResult([row('typed-queue', 124_200)]));
  expect(svg).toContain('>typed-queue</text>');
  expect(svg).toContain('>fdatasync</text>');
  expect(svg).toContain('>124,200</text>');
  expect(svg).toContain('messages/s, more is better');
});

it('only the first bar has the colour of this project', () => {
  const svg = barsOf(measureResult([row('a', 1), row('b', 1), row('c', 1)]));
  expect([...svg.matchAll(/<rect class="(\w+)"/g)].map(([, kind]) => kind)).toEqual(['own', 'peer', 'peer']);
});

it('peers without a figure have no bar', () => {
  expect(widthsOf(barsOf(measureResult([row('a', 1), row('b', NaN, { rounds: [] })])))).toHaveLength(1);
});

it('texts are escaped', () => {
  expect(barsOf(measureResult([row('<b>', 1)]))).toContain('>&lt;b&gt;</text>');
});
