/** What the compiler says of the administration. */
import {
  contract,
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterSummary,
  type GroupStatus,
  type History,
  type MessageReport,
  type Overview,
  type Purged,
  type QueueContract,
  type QueueStatus,
  type SeqAt,
  type ServiceStatus,
  type SystemContract,
} from '@typed-queue/contracts';
import { connect, type Admin, type RedriveResult } from '../index.js';
import { same } from '../../../checks/same.fixture.js';

const { admin } = connect(contract, { url: 'http://localhost:3333' });

same<typeof admin, Admin<SystemContract>>(true);

const queues = admin.queues({ timeoutMs: 5 });
same<typeof queues, Promise<readonly QueueStatus[]>>(true);
const groups = admin.groups('files', { signal: undefined });
same<typeof groups, Promise<readonly GroupStatus<'files'>[]>>(true);
const services = admin.services('files', { timeoutMs: 5 });
same<typeof services, Promise<readonly ServiceStatus[]>>(true);
// @ts-expect-error: no such queue
void admin.services('file');
const described = admin.describe('a queue of the server');
same<typeof described, Promise<Required<QueueContract>>>(true);
same<ReturnType<typeof admin.overview>, Promise<Overview>>(true);
same<ReturnType<typeof admin.history>, Promise<History>>(true);
const message = admin.message('files', 7, { limit: 3 });
same<typeof message, Promise<MessageReport<'files'>>>(true);
same<ReturnType<typeof admin.seqAt>, Promise<SeqAt>>(true);
same<ReturnType<typeof admin.deadLetterSummary>, Promise<DeadLetterSummary>>(true);
same<ReturnType<typeof admin.redriveEdited>, Promise<RedriveResult>>(true);
void admin.overview({ order: 'depth', search: 'fi', after: 'files', limit: 10 }, { timeoutMs: 5 });
void admin.redriveEdited('files', 7, { path: '/' }, { dryRun: true });
// @ts-expect-error: no such order
void admin.overview({ order: 'age' });
// @ts-expect-error: a message has a seq
void admin.message('files');
// @ts-expect-error: no such queue
void admin.seqAt('file', 'now');
// @ts-expect-error: an edited letter has a payload
void admin.redriveEdited('files', 7);
const changes = [
  admin.seek('files', 'g', { seq: 3 }),
  admin.seek('files', 'g', { time: 3 }),
  admin.pause('files', 'g'),
  admin.resume('files', 'g'),
  admin.delete('database', 'g'),
];
same<ReturnType<typeof admin.purge>, Promise<Purged>>(true);
void admin.purge('files', { before: 7, timeoutMs: 5 });
same<typeof changes, Promise<void>[]>(true);
const page = admin.deadLetters('files', { group: 'g', after: 3, limit: 10 });
same<typeof page, Promise<DeadLetterPage<'files', never>>>(true);
for await (const letter of admin.eachDeadLetter('database')) {
  same<typeof letter, DeadLetter<'database', never>>(true);
  // @ts-expect-error: what nobody could handle may match no schema
  void letter.message.payload.model;
}

const redriven = admin.redrive('files', { group: 'g', code: 'rejected', ratePerSecond: 10, dryRun: true });
same<typeof redriven, Promise<RedriveResult>>(true);
const discarded = admin.discard('database', { reason: 'timeout', since: 1, until: 2, positions: [3] });
same<typeof discarded, Promise<number>>(true);
// @ts-expect-error: nothing is removed at a rate
void admin.discard('files', { ratePerSecond: 10 });
// @ts-expect-error: no such code
void admin.redrive('files', { code: 'unlucky' });

// @ts-expect-error: no such queue
void admin.groups('file');
// @ts-expect-error: a group is named
void admin.pause('files');
// @ts-expect-error: no such place
void admin.seek('files', 'g', 'end');
// @ts-expect-error: `before` is a seq
void admin.purge('files', { before: 'now' });
// @ts-expect-error: no such queue
void admin.purge('flies');
// @ts-expect-error: no such field
void admin.deadLetters('files', { groups: ['g'] });
// @ts-expect-error: no such queue
admin.eachDeadLetter('file');
