import { expect, it } from '@jest/globals';
import type { ScheduleStatus } from '@typed-queue/contracts';
import { draftOf, firstPayloadOf, lackText, scheduleOf } from './schedule-draft.js';

const monthly: ScheduleStatus = {
  name: 'monthly',
  cron: '0 3 1 * *',
  timeZone: 'Europe/Berlin',
  queue: 'orders',
  event: 'placed',
  payload: { id: 'o-1' },
  headers: { key: 'a' },
  missed: 'all',
  nextAt: 1_000,
  lastAt: null,
};

it('a schedule that is edited and not changed is the same, with its headers', () => {
  const { name: _, nextAt: __, lastAt: ___, ...definition } = monthly;
  expect(scheduleOf(draftOf(monthly), monthly.payload, monthly)).toEqual(definition);
});

it('a new schedule is in UTC, has no headers, and makes the last of missed runs', () => {
  const draft = { ...draftOf(undefined), name: 'n', cron: ' * * * * * ', queue: 'orders', event: 'placed' };
  expect(scheduleOf(draft, 1, undefined)).toEqual({
    cron: '* * * * *',
    timeZone: 'UTC',
    queue: 'orders',
    event: 'placed',
    payload: 1,
    missed: 'once',
  });
});

it('the payload begins with that of the schedule, for the same event of the same queue', () => {
  expect(firstPayloadOf(monthly, { queue: 'orders', event: 'placed' })).toEqual({ id: 'o-1' });
});

it.each([
  ['files', 'placed'],
  ['orders', 'paid'],
])('the payload of %s/%s begins again', (queue, event) => {
  expect(firstPayloadOf(monthly, { queue, event })).toBeUndefined();
});

it('names what is still to be filled in', () => {
  const draft = draftOf(undefined);
  expect(lackText(draft)).toBe('Give it a name.');
  expect(lackText({ ...draft, name: 'n' })).toBe('Write when it runs: its cron.');
  expect(lackText(draftOf(monthly))).toBeUndefined();
});
