/** What the compiler says of batches: each message is one of the queue, with the payload of its event. */
import {
  contract,
  type BatchReceipt,
  type Payload,
  type Receipt,
  type SystemContract,
} from '@typed-queue/contracts';
import { connect, type BatchMessage, type QueueClient } from '../index.js';
import { same } from '../../../checks/same.fixture.js';

const queue = connect(contract, { url: 'http://localhost:3333' });
const saved = { path: '/a', bytes: 1, sha256: 'x', durationMs: 1 };
const failed = { path: '/a', operation: 'read', code: 'ENOENT', message: 'none' } as const;
const save = { event: 'save', payload: saved } as const;
const error = { event: 'error', payload: failed } as const;

const receipt = queue.publishBatch('files', [
  { event: 'save', payload: saved, id: 'one', headers: { key: '/a' } },
  { event: 'error', payload: failed, dedupeKey: 'two', headers: undefined },
]);
same<typeof receipt, Promise<BatchReceipt>>(true);
same<BatchReceipt['messages'][number], Pick<Receipt, 'id' | 'seq' | 'duplicate'>>(true);
void queue.publishBatch('files', [save, error] as const, { signal: new AbortController().signal });
void queue.publishBatch('files', [], { signal: undefined });
void queue.publishBatch('files', [save], { expectedSeq: 7 });
void queue.publishBatch('files', [save], { expectedSeq: undefined });
// @ts-expect-error: a seq is a number
void queue.publishBatch('files', [save], { expectedSeq: '7' });
// @ts-expect-error: it is expected before the whole batch
void queue.publishBatch('files', [{ ...save, expectedSeq: 7 }]);

// @ts-expect-error: no such queue
void queue.publishBatch('file', [save]);
// @ts-expect-error: not an array
void queue.publishBatch('files', save);
// @ts-expect-error: no such event
void queue.publishBatch('files', [{ event: 'saev', payload: saved }]);
// @ts-expect-error: an event of another queue
void queue.publishBatch('database', [save]);
// @ts-expect-error: the payload of another event
void queue.publishBatch('files', [save, { event: 'save', payload: failed }]);
// @ts-expect-error: a field is missing
void queue.publishBatch('files', [{ event: 'save', payload: { path: '/a', bytes: 1, sha256: 'x' } }]);
// @ts-expect-error: a field too many
void queue.publishBatch('files', [{ event: 'save', payload: { ...saved, size: 3 } }]);
// @ts-expect-error: a field of a wrong type
void queue.publishBatch('files', [{ event: 'save', payload: { ...saved, bytes: '1' } }]);
// @ts-expect-error: headers are texts
void queue.publishBatch('files', [{ ...save, headers: { attempt: 1 } }]);
// @ts-expect-error: a message has no such field
void queue.publishBatch('files', [{ event: 'save', payload: saved, header: {} }]);
// @ts-expect-error: the id is of a message, not of the batch
void queue.publishBatch('files', [save], { id: 'one' });

// An event that is one of several, and a queue that is one of several: the message fits each of them.
declare const eventOfFiles: 'save' | 'error';
declare const either: 'files' | 'database';
declare const databaseError: Payload<SystemContract, 'database', 'error'>;
void queue.publishBatch('files', [{ event: eventOfFiles, payload: { ...saved, ...failed } }]);
void queue.publishBatch(either, [{ event: 'error', payload: { ...databaseError, ...failed } }]);
// @ts-expect-error: it may be an error
void queue.publishBatch('files', [{ event: eventOfFiles, payload: saved }]);
// @ts-expect-error: not of `database`
void queue.publishBatch(either, [error]);
// @ts-expect-error: not of `files`
void queue.publishBatch(either, [{ event: 'error', payload: databaseError }]);
// @ts-expect-error: `database` has no such event
void queue.publishBatch(either, [save]);

// What is gathered before, and functions that publish for others.
const gathered: BatchMessage<SystemContract, 'files'>[] = [];
gathered.push(save);
void queue.publishBatch('files', gathered);
// @ts-expect-error: gathered for another queue
void queue.publishBatch('database', gathered);
const publishFiles = (messages: readonly BatchMessage<SystemContract, 'files'>[]) =>
  queue.publishBatch('files', messages);
void publishFiles([save, error]);

// A client of more queues is one of fewer as well.
queue satisfies QueueClient<Pick<SystemContract, 'files'>>;
