import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { calendarOf, firstRun } from './calendar.js';

const at = (time: string): number => new Date(time).getTime();

/** The first runs after a time. */
const runs = (cron: string, timeZone: string, after: string, count: number): readonly string[] => {
  const calendar = calendarOf({ cron, timeZone });
  const found: string[] = [];
  for (let time = calendar.next(at(after)); time !== undefined && found.length < count;) {
    found.push(new Date(time).toISOString().slice(5, 16));
    time = calendar.next(time);
  }
  return found;
};

const refusal = (cron: string, timeZone = 'UTC'): unknown => {
  try {
    return firstRun(calendarOf({ cron, timeZone }), { cron, timeZone }, 0);
  } catch (error) {
    return error;
  }
};

describe('a calendar', () => {
  it('has the first time after another, never the same', () => {
    const calendar = calendarOf({ cron: '0 12 * * *', timeZone: 'UTC' });
    expect(calendar.next(at('2026-01-01T11:59:59.999Z'))).toBe(at('2026-01-01T12:00:00Z'));
    expect(calendar.next(at('2026-01-01T12:00:00.000Z'))).toBe(at('2026-01-02T12:00:00Z'));
    expect(calendar.next(at('2026-01-01T12:00:00.001Z'))).toBe(at('2026-01-02T12:00:00Z'));
  });

  it('takes seconds as the first of six fields', () => {
    const calendar = calendarOf({ cron: '*/15 * * * * *', timeZone: 'UTC' });
    expect(calendar.next(at('2026-01-01T00:00:00Z'))).toBe(at('2026-01-01T00:00:15Z'));
  });

  it('is that of its zone', () => {
    expect(runs('0 3 * * *', 'Asia/Kathmandu', '2026-01-01T00:00:00Z', 1)).toEqual(['01-01T21:15']);
  });
});

describe('when the clocks of a zone are set forth', () => {
  it('a time of the day that does not exist runs at the end of the gap', () => {
    const found = runs('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2);
    expect(found).toEqual(['03-29T01:00', '03-30T00:30']);
  });

  it('one of many times that does not exist is left out', () => {
    const found = runs('30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 3);
    expect(found).toEqual(['03-29T00:30', '03-29T01:30', '03-29T02:30']);
  });
});

describe('when the clocks of a zone are set back', () => {
  it('a time of the day that exists twice runs once, the first time', () => {
    const found = runs('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2);
    expect(found).toEqual(['10-25T00:30', '10-26T01:30']);
  });

  it('one of many times that exists twice runs both times', () => {
    const found = runs('30 * * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', 3);
    expect(found).toEqual(['10-25T00:30', '10-25T01:30', '10-25T02:30']);
  });
});

describe('the times of a schedule', () => {
  it.each([
    ['', 'it has 0.'],
    ['* * * *', 'it has 4.'],
    ['* * * * * * *', 'it has 7.'],
    ['@daily', 'it has 1.'],
    ['2026-01-01T00:00:00', 'it has 1.'],
    ['61 * * * *', 'Invalid value for minute: 61.'],
    ['a b c d e', 'illegal characters'],
  ])('are refused for the cron %j', (cron, why) => {
    const error = refusal(cron);
    expect(error).toMatchObject({ code: 'request_invalid', details: { field: 'cron', value: cron } });
    expect((error as QueueError).message).toContain(why);
  });

  it('are refused when they never come', () => {
    const error = refusal('0 0 31 2 *');
    expect(error).toMatchObject({ code: 'request_invalid', details: { field: 'cron', value: '0 0 31 2 *' } });
  });

  it('are refused for an unknown zone', () => {
    const error = refusal('0 3 * * *', 'Europe/Berlim');
    expect(error).toMatchObject({
      code: 'request_invalid',
      details: { field: 'timeZone', value: 'Europe/Berlim' },
    });
    expect((error as QueueError).message).toContain('"Europe/Berlim"');
  });
});
