/** Queue, event and payload of a schedule belong together. */
import type { contract, ScheduleStatus } from '@typed-queue/contracts';
import { same } from '../../../checks/same.fixture.js';
import type { QueueClient } from '../client.js';

declare const client: QueueClient<typeof contract>;
const { schedules } = client.admin;

const cron = '0 3 * * *';
const saved = { path: '/a', bytes: 1, sha256: 'x', durationMs: 2 };

const status = await schedules.put('nightly', { cron, queue: 'files', event: 'save', payload: saved });
same<typeof status, ScheduleStatus<'files'>>(true);
const headers = { key: 'k', priority: 7 } as const;
await schedules.put('a', {
  cron,
  timeZone: 'UTC',
  queue: 'files',
  event: 'save',
  payload: saved,
  missed: 'all',
  headers,
});
const all = await schedules.list();
same<(typeof all)[number]['queue'], 'files' | 'database'>(true);
const some = await schedules.list('files');
same<(typeof some)[number]['queue'], 'files'>(true);
same<Awaited<ReturnType<typeof schedules.delete>>, boolean>(true);

// @ts-expect-error no such queue
await schedules.put('a', { cron, queue: 'file', event: 'save', payload: saved });
// @ts-expect-error no such event
await schedules.put('a', { cron, queue: 'files', event: 'saved', payload: saved });
// @ts-expect-error an event of another queue
await schedules.put('a', { cron, queue: 'database', event: 'save', payload: saved });
const partial = { path: '/a', bytes: 1, sha256: 'x' };
// @ts-expect-error a field is missing
await schedules.put('a', { cron, queue: 'files', event: 'save', payload: partial });
// @ts-expect-error a field is wrong
await schedules.put('a', { cron, queue: 'files', event: 'save', payload: { ...saved, bytes: '1' } });
// @ts-expect-error it has no times
await schedules.put('a', { queue: 'files', event: 'save', payload: saved });
// @ts-expect-error no such policy
await schedules.put('a', { cron, queue: 'files', event: 'save', payload: saved, missed: 'none' });
// @ts-expect-error no such field
await schedules.put('a', { cron, queue: 'files', event: 'save', payload: saved, every: '1h' });
// @ts-expect-error no such queue
await schedules.list('file');
