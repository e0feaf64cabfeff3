import { expect, it } from '@jest/globals';
import { seededRandom } from '../seeded-random.js';
import { schedulePlan } from './schedule-plan.js';

const SPAN_MS = 10_000;
const plan = schedulePlan(seededRandom(1), 10_000, SPAN_MS);
const dueMs = ({ sendMs, time }: (typeof plan)[number]): number =>
  time.kind === 'delay' ? sendMs + time.ms : time.ms;

it('A plan sends in the order of its times, all before the end and due by then', () => {
  const sent = plan.map(({ sendMs }) => sendMs);
  expect(sent).toEqual([...sent].sort((one, other) => one - other));
  expect(Math.max(...sent)).toBeLessThan(SPAN_MS);
  expect(Math.max(...plan.map(dueMs))).toBeLessThan(SPAN_MS);
});

it('A plan has delays and times, times that many share, and both queues', () => {
  expect(new Set(plan.map(({ time }) => time.kind))).toEqual(new Set(['at', 'delay']));
  const times = plan.filter(({ time }) => time.kind === 'at').map(dueMs);
  expect(new Set(times).size).toBeLessThan(times.length / 1.2);
  expect(new Set(plan.map(({ queue }) => queue))).toEqual(new Set(['database', 'files']));
});

it('A plan cancels some hundreds of 10,000, some of them just before they are due', () => {
  const cancelled = plan.filter(({ cancelMs }) => cancelMs !== undefined);
  expect(cancelled.length).toBeGreaterThan(300);
  const raced = cancelled.filter((each) => Math.abs((each.cancelMs ?? 0) - dueMs(each)) < 20);
  expect(raced.length).toBeGreaterThan(100);
});
