import { expect, it } from '@jest/globals';
import type { ScheduledMessage } from './scheduled-message.js';
import { latenessOf, lateIn } from './up-times.js';

const message = (id: string, dueAt: number, confirmedAt = 0): ScheduledMessage => {
  return { id, queue: 'files', sentAt: 0, confirmedAt, dueFrom: dueAt, dueAt, cancellation: 'none' };
};

it('How late messages are follows from the parts that are less late', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(latenessOf(values)).toEqual({ count: 100, p50: 50, p90: 90, p99: 99, max: 100 });
  expect(latenessOf([])).toEqual({ count: 0, p50: 0, p90: 0, p99: 0, max: 0 });
});

it('Messages are late from their time on, or from when the server listens again', () => {
  const scheduled = [
    message('up', 100),
    message('killed', 999),
    message('down', 1_500),
    message('starting', 1_600),
    message('never', 1_700),
    message('over when it was scheduled', 50, 60),
  ];
  const times = { up: 103, killed: 2_010, down: 2_020, starting: 1_990, 'over when it was scheduled': 70 };
  const log = Object.entries(times).map(([id, time], index) => ({ id, time, seq: index + 1 }));
  const upTimes = [
    { from: 0, to: 1_000 },
    { from: 2_000, to: Infinity },
  ];
  const { up, afterStart } = lateIn(scheduled, log, upTimes);
  expect(up).toMatchObject({ count: 1, max: 3 });
  expect(afterStart).toMatchObject({ count: 3, p50: 10, max: 20 });
});
