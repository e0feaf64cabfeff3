import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';

const START = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;
const payload = { path: '/a', bytes: 1, sha256: 'x', durationMs: 2 };
const HOURLY = { cron: '30 * * * *', queue: 'files', event: 'save', payload } as const;

let queue: TestQueue<typeof contract>;
beforeEach(async () => {
  queue = await startTestQueue(contract, { storage: 'disk', startAt: START });
});
afterEach(() => queue.close());

/** When the messages of the queue were published, in hours after the start. */
const hours = (): readonly number[] => queue.published('files').map(({ time }) => (time - START) / HOUR);

describe('client.admin.schedules', () => {
  it('puts a schedule, which publishes at its times', async () => {
    const { schedules } = queue.client.admin;
    const headers = { key: 'k', priority: 7 } as const;
    const status = await schedules.put('half', { ...HOURLY, headers });
    expect(status).toEqual({
      ...HOURLY,
      name: 'half',
      timeZone: 'UTC',
      missed: 'once',
      headers: { key: 'k', priority: '7' },
      nextAt: START + HOUR / 2,
      lastAt: null,
    });
    await queue.clock.advance('2h');
    await queue.idle();
    expect(hours()).toEqual([0.5, 1.5]);
    expect(queue.published('files')[0]).toMatchObject({ event: 'save', payload, headers: { priority: '7' } });
  });

  it('lists, replaces and deletes schedules by name', async () => {
    const { schedules } = queue.client.admin;
    await schedules.put('b', HOURLY);
    await schedules.put('a', { ...HOURLY, cron: '0 0 * * *', timeZone: 'Europe/Berlin', missed: 'all' });
    expect((await schedules.list()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await schedules.list('database')).toEqual([]);
    await schedules.put('b', { ...HOURLY, cron: '45 * * * *' });
    expect(await schedules.list('files')).toMatchObject([
      { name: 'a', timeZone: 'Europe/Berlin', missed: 'all', nextAt: START + 11 * HOUR },
      { name: 'b', cron: '45 * * * *', nextAt: START + 0.75 * HOUR },
    ]);
    expect([await schedules.delete('b'), await schedules.delete('b')]).toEqual([true, false]);
    expect(await schedules.list()).toHaveLength(1);
  });

  it.each(['before-append', 'after-append'] as const)(
    'makes a run once when the server is killed %s',
    async (point) => {
      await queue.client.admin.schedules.put('half', HOURLY);
      const crashed = queue.crash(point);
      const advanced = queue.clock.advance('31m').catch(() => undefined);
      await crashed;
      await advanced;
      await queue.restart();
      await queue.clock.advance('1h');
      await queue.idle();
      const ids = new Set(queue.published('files').map(({ id }) => id));
      expect([ids.size, queue.published('files').length]).toEqual([2, 2]);
    },
  );

  it.each([
    [{ cron: '0 25 * * *' }, 'request_invalid', 'Invalid value for hour: 25'],
    [{ timeZone: 'Berlin' }, 'request_invalid', 'timeZone of a schedule is an IANA name'],
    [{ missed: 'some' }, 'request_invalid', 'missed: expected "skip", "once" or "all"'],
    [{ payload: { path: 1 } }, 'payload_invalid', 'path'],
    [{ event: 'saved' }, 'event_unknown', 'saved'],
    [{ queue: 'file' }, 'queue_unknown', 'file'],
    [{ every: '1h' }, 'request_invalid', 'schedules.put: the second argument has no field "every"'],
  ])('refuses a schedule with %p', async (wrong, code, text) => {
    // Safe: it is wrong on purpose.
    const schedule = { ...HOURLY, ...wrong } as unknown as typeof HOURLY;
    const putting = queue.client.admin.schedules.put('wrong', schedule);
    await expect(putting).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it('refuses a name that is none', async () => {
    const putting = queue.client.admin.schedules.put('a b', HOURLY);
    await expect(putting).rejects.toMatchObject({ code: 'request_invalid' });
  });
});
