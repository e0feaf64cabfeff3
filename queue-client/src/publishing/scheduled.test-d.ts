/** What the compiler says of messages that are published later: which receipt it is follows from the options. */
import { contract, type Receipt, type ScheduledPage, type ScheduledReceipt } from '@typed-queue/contracts';
import { connect, type PublishOptions, type ScheduleOptions } from '../index.js';
import { same } from '../../../checks/same.fixture.js';

const queue = connect(contract, { url: 'http://localhost:3333' });
const payload = { path: '/a', bytes: 1, sha256: 'x', durationMs: 1 };

const later = queue.publish('files', 'save', payload, { delayMs: 60_000 });
same<typeof later, Promise<ScheduledReceipt>>(true);
const atTime = queue.publish('files', 'save', payload, { deliverAt: new Date(), dedupeKey: 'a' });
same<typeof atTime, Promise<ScheduledReceipt>>(true);
const atMs = queue.publish('files', 'save', payload, { deliverAt: Date.now() });
same<typeof atMs, Promise<ScheduledReceipt>>(true);

const now = queue.publish('files', 'save', payload);
same<typeof now, Promise<Receipt>>(true);
const withId = queue.publish('files', 'save', payload, { id: 'a', headers: { key: 'a' } });
same<typeof withId, Promise<Receipt>>(true);
const noDelay = queue.publish('files', 'save', payload, { delayMs: undefined, deliverAt: undefined });
same<typeof noDelay, Promise<Receipt>>(true);

declare const options: PublishOptions;
const plain = queue.publish('files', 'save', payload, options);
same<typeof plain, Promise<Receipt>>(true);
declare const scheduling: ScheduleOptions;
const either = queue.publish('files', 'save', payload, scheduling);
same<typeof either, Promise<Receipt | ScheduledReceipt>>(true);

void later.then((receipt) => {
  // @ts-expect-error: it has no seq yet
  void receipt.seq;
});
// @ts-expect-error: a delay is a number of milliseconds
void queue.publish('files', 'save', payload, { delayMs: '1m' });
// @ts-expect-error: a time is a Date or a number
void queue.publish('files', 'save', payload, { deliverAt: '2026-11-29' });
// @ts-expect-error: no such option
void queue.publish('files', 'save', payload, { delay: 1 });
// @ts-expect-error: no batch is published later
void queue.publishBatch('files', [{ event: 'save', payload }], { delayMs: 1 });

const page = queue.admin.scheduled.list('files', { after: '1.2', limit: 10 });
same<typeof page, Promise<ScheduledPage<'files'>>>(true);
void queue.admin.scheduled.list('files', { after: undefined, limit: undefined });
// @ts-expect-error: no such queue
void queue.admin.scheduled.cancel('file', 'id');
