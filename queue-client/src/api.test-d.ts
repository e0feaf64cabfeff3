/** What the compiler says of the public API: what works has exact types, what is wrong does not compile. */
import {
  contract,
  type DatabaseMessage,
  type EventMessage,
  type FilesMessage,
  type MessageOf,
  type Receipt,
  type SystemContract,
} from '@typed-queue/contracts';
import type { TypedEmitter } from './emitter.js';
import {
  connect,
  DeadLetter,
  RetryAfter,
  type ClientEvents,
  type HandlerContext,
  type QueueClient,
} from './index.js';
import { numbers } from './publishing/numbers.fixture.js';
import { same } from '../../checks/same.fixture.js';

const queue = connect(contract, { url: 'http://localhost:3333', token: undefined });
const saved = { path: '/a', bytes: 1, sha256: 'x', durationMs: 1 };
const failed = { path: '/a', operation: 'read', code: 'ENOENT', message: 'none' } as const;
const nothing = (): void => undefined;

same<typeof queue, QueueClient<SystemContract>>(true);

// The name of a client is what others are shown; its secret is nowhere.
same<(typeof queue)['name'], string>(true);
connect(contract, { url: 'http://localhost:3333', name: 'logger' });
// @ts-expect-error: a name is a text
connect(contract, { url: 'http://localhost:3333', name: 7 });
// @ts-expect-error: a client makes its secret by itself
connect(contract, { url: 'http://localhost:3333', secret: 'x'.repeat(64) });
// @ts-expect-error: nor does it offer it
void queue.secret;

// A token is a text, or a function that brings one.
connect(contract, { url: 'http://localhost:3333', token: 'key' });
connect(contract, { url: 'http://localhost:3333', token: () => 'key' });
connect(contract, { url: 'http://localhost:3333', token: async () => 'key' });
// @ts-expect-error: what it brings is a text
connect(contract, { url: 'http://localhost:3333', token: () => 7 });
// @ts-expect-error: also when it comes later
connect(contract, { url: 'http://localhost:3333', token: async () => undefined });
// @ts-expect-error: it takes no argument
connect(contract, { url: 'http://localhost:3333', token: (server: string) => server });
queue.on('token:failed', ({ error }) => same<typeof error, unknown>(true));

// Publishing.
const receipt = queue.publish('files', 'save', saved, { headers: { key: 'a' } });
same<typeof receipt, Promise<Receipt>>(true);
void queue.publish('files', 'error', failed);
void queue.publish('files', 'save', saved, { headers: { key: 'a' }, expectedSeq: 41 });
void queue.publish('files', 'save', saved, { expectedSeq: undefined });
// @ts-expect-error: a seq is a number
void queue.publish('files', 'save', saved, { expectedSeq: '41' });
void queue.publish('database', 'read', { model: 'product', filter: {}, count: 3 });

// @ts-expect-error: no such queue
void queue.publish('file', 'save', saved);
// @ts-expect-error: no such event
void queue.publish('database', 'udpate', { model: 'product', id: '1', before: {}, after: {}, changed: [] });
// @ts-expect-error: an event of another queue
void queue.publish('database', 'save', saved);
// @ts-expect-error: the payload of another event
void queue.publish('files', 'save', failed);
// @ts-expect-error: a field is missing
void queue.publish('files', 'save', { path: '/a', bytes: 1, sha256: 'x' });
// @ts-expect-error: a field too many
void queue.publish('files', 'save', { ...saved, size: 3 });
// @ts-expect-error: a field of a wrong type
void queue.publish('files', 'save', { ...saved, bytes: '1' });
// @ts-expect-error: not one of the values
void queue.publish('files', 'error', { ...failed, operation: 'delete' });
// @ts-expect-error: headers are texts
void queue.publish('files', 'save', saved, { headers: { attempt: 1 } });
void queue.publish('files', 'save', saved, { headers: { key: 'a', priority: 9 } });
void queue.publishBatch('files', [{ event: 'save', payload: saved, headers: { priority: 0 } }]);
// @ts-expect-error: not a priority
void queue.publish('files', 'save', saved, { headers: { priority: 10 } });
// @ts-expect-error: not a whole one
void queue.publish('files', 'save', saved, { headers: { priority: 0.5 } });
// @ts-expect-error: not a priority of a batch's message
void queue.publishBatch('files', [{ event: 'save', payload: saved, headers: { priority: -1 } }]);
// @ts-expect-error: a group has priorities or not
queue.subscribe('files', { group: 'g', priorities: 9 }, () => undefined);
// What a consumer was given may be passed on.
queue.subscribe('files', { group: 'g', priorities: true }, ({ headers }) => {
  void queue.publish('files', 'save', saved, { headers });
  void queue.publish('files', 'save', saved, { headers: { ...headers, priority: 3 } });
});

// Handling: a function of all events.
queue.subscribe('files', { group: 'logger' }, (message, context) => {
  same<typeof message, FilesMessage>(true);
  same<typeof context, HandlerContext>(true);
  if (message.event === 'save') same<typeof message, EventMessage<SystemContract, 'files', 'save'>>(true);
});
queue.subscribe('database', { group: 'logger' }, async (message, { attempt, signal, extend }) => {
  same<typeof message, DatabaseMessage>(true);
  same<typeof attempt, number>(true);
  same<typeof signal, AbortSignal>(true);
  extend();
  await Promise.resolve();
});

// Handling: a map with every event.
queue.subscribe(
  'files',
  { group: 'logger', start: 'now', concurrency: 4, window: { messages: 10 } },
  {
    save: ({ payload }) => {
      same<typeof payload.bytes, number>(true);
    },
    error: async ({ event, payload: { operation } }, { attempt }) => {
      same<typeof event, 'error'>(true);
      same<typeof operation, 'read' | 'transform' | 'write'>(true);
      await Promise.resolve();
      throw new RetryAfter(attempt * 1_000);
    },
  },
);

// @ts-expect-error: no such queue
queue.subscribe('file', { group: 'g' }, nothing);
// @ts-expect-error: a group has a name
queue.subscribe('files', {}, nothing);
// @ts-expect-error: an event is forgotten
queue.subscribe('files', { group: 'g' }, { save: nothing });
// @ts-expect-error: no such event
queue.subscribe('files', { group: 'g' }, { save: nothing, error: nothing, svae: nothing });
// @ts-expect-error: the message of another event
queue.subscribe('files', { group: 'g' }, { save: (_: EventMessage<SystemContract, 'files', 'error'>) => undefined, error: nothing }); // prettier-ignore
// @ts-expect-error: no such start
queue.subscribe('files', { group: 'g', start: 'end' }, nothing);

// Settings of the group: with `events`, its handlers get only these.
const settings = { maxAttempts: 3, retryDelaysMs: [1_000, 5_000], expireAfterMs: 60_000 } as const;
queue.subscribe('files', { group: 'errors', events: ['error'], ...settings }, (message) => {
  same<typeof message, EventMessage<SystemContract, 'files', 'error'>>(true);
});
queue.subscribe(
  'database',
  { group: 'changes', events: ['create', 'delete'] },
  {
    create: (message) => {
      same<typeof message, EventMessage<SystemContract, 'database', 'create'>>(true);
    },
    delete: async ({ event }) => {
      same<typeof event, 'delete'>(true);
      await Promise.resolve();
      throw new DeadLetter('nobody wants it', { cause: new Error('why') });
    },
  },
);

// A handler that was written for all events takes some of them as well.
declare const anyFile: (message: FilesMessage) => Promise<void>;
queue.subscribe('files', { group: 'g', events: ['save', 'error'] }, anyFile);
queue.subscribe('files', { group: 'g', events: ['error'] }, anyFile);

// @ts-expect-error: no such event
queue.subscribe('files', { group: 'g', events: ['svae'] }, nothing);
// @ts-expect-error: an event of another queue
queue.subscribe('files', { group: 'g', events: ['create'] }, nothing);
// @ts-expect-error: an event that the group asks for is forgotten
queue.subscribe('files', { group: 'g', events: ['save', 'error'] }, { error: nothing });
// @ts-expect-error: an event that the group does not ask for
queue.subscribe('files', { group: 'g', events: ['error'] }, { error: nothing, save: nothing });
// @ts-expect-error: the message of an event that the group does not ask for
queue.subscribe('files', { group: 'g', events: ['error'] }, (_: EventMessage<SystemContract, 'files', 'save'>) => undefined); // prettier-ignore
// @ts-expect-error: several delays
queue.subscribe('files', { group: 'g', retryDelaysMs: 1_000 }, nothing);
// @ts-expect-error: no such setting
queue.subscribe('files', { group: 'g', maxAttempt: 3 }, nothing);
// @ts-expect-error: a handler is needed
queue.subscribe('files', { group: 'g' });
// @ts-expect-error: milliseconds
queue.subscribe('files', { group: 'g', handlerTimeoutMs: '1s' }, nothing);

// Outcomes: a handler returns whatever it has at hand, also by a promise or another thenable, and that acknowledges.
declare const db: { insert(payload: unknown): Promise<{ readonly id: number }> };
declare const query: PromiseLike<readonly string[]>;
queue.subscribe('files', { group: 'g' }, (message) => db.insert(message.payload));
queue.subscribe('files', { group: 'g' }, async (message) => db.insert(message.payload));
queue.subscribe('files', { group: 'g' }, { save: () => query, error: ({ payload }) => payload.code });
// @ts-expect-error: a delay is a number
new RetryAfter('soon');
// @ts-expect-error: a dead letter has a reason
new DeadLetter();

// It is a TypedEmitter, and stays a client from call to call.
queue satisfies TypedEmitter<ClientEvents<'files' | 'database'>>;
const chained = queue
  .addListener('connected', nothing)
  .prependOnceListener('error', nothing)
  .once('gap', nothing);
same<typeof chained, QueueClient<SystemContract>>(true);

// Events: one object each.
queue
  .on('lease:lost', ({ queue: name, group, token, ranges }) => {
    same<[typeof name, typeof group, typeof token], ['files' | 'database', string, number]>(true);
    same<(typeof ranges)[number], readonly [from: number, to: number]>(true);
  })
  .on('dead-letter', ({ queue: name, message, attempt, code, reason }) => {
    same<typeof code, string>(true);
    same<typeof name, 'files' | 'database'>(true);
    same<typeof message, MessageOf<'files' | 'database', string, unknown>>(true);
    same<[typeof attempt, typeof reason], [number, string]>(true);
  })
  .on('stalled', ({ group, unsettled }) => same<[typeof group, typeof unsettled], [string, number]>(true))
  .on('dead-letters:expired', ({ group, letters }) =>
    same<[typeof group, typeof letters], [string, number]>(true),
  )
  .once('error', ({ error }) => same<typeof error.retryable, boolean>(true))
  .off('connected', nothing);
// @ts-expect-error: no such event
queue.on('conected', nothing);
// @ts-expect-error: the listener of another event
queue.on('connected', ({ reason }: { reason: string }) => reason);

// Any contract.
const own = connect(numbers, { url: '' });
void own.publish('files', 'save', 1);
// @ts-expect-error: a payload of a wrong type
void own.publish('files', 'save', '1');
// @ts-expect-error: a queue of another contract
void own.publish('database', 'read', saved);
// @ts-expect-error: a URL is needed
connect(contract, {});
