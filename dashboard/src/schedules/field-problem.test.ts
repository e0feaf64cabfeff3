import { expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { wrongField } from './field-problem.js';

const refused = (details: Readonly<Record<string, unknown>>): QueueError =>
  new QueueError('request_invalid', 'no', { details });

it.each(['cron', 'timeZone'])('%s is the field that the calendar names', (field) => {
  expect(wrongField(refused({ field }))).toBe(field);
});

it('the field is that of the first issue of the definition', () => {
  const issues = [
    { path: 'event', message: 'no' },
    { path: 'cron', message: 'too long' },
  ];
  expect(wrongField(refused({ issues }))).toBe('cron');
});

it.each([
  [new Error('no')],
  [refused({})],
  [refused({ field: 'payload' })],
  [refused({ issues: [null, 1] })],
])('%s is of no field', (error) => {
  expect(wrongField(error)).toBeUndefined();
});
