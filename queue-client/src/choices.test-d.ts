/** Queues, events and options that are chosen at run time: every possibility is typed. */
import {
  contract,
  type CommonEventName,
  type Contract,
  type DatabaseMessage,
  type EventMessage,
  type EventName,
  type FilesMessage,
  type MessageOf,
  type Payload,
  type PayloadOfEach,
  type QueueName,
  type SystemContract,
} from '@typed-queue/contracts';
import {
  connect,
  type CloseOptions,
  type ConnectOptions,
  type Handler,
  type HandlerFunction,
  type HandlerMap,
  type PublishOptions,
  type QueueClient,
  type SubscribeOptions,
  type TailOptions,
} from './index.js';
import { same } from '../../checks/same.fixture.js';

const queue = connect(contract, { url: 'http://localhost:3333' });
const saved = { path: '/a', bytes: 1, sha256: 'x', durationMs: 1 };
declare const yes: boolean;
declare const either: 'files' | 'database';

// A filter that may be missing: all events may come.
queue.subscribe('files', { group: 'g', events: yes ? ['save'] : undefined }, (message) => {
  same<typeof message, FilesMessage>(true);
});
// @ts-expect-error: `error` may come
queue.subscribe('files', { group: 'g', events: yes ? ['save'] : undefined }, { save: () => 1 });
const maybe = queue.tail('files', { events: yes ? ['save'] : undefined });
for await (const message of maybe) same<typeof message, FilesMessage>(true);

// One of several filters.
queue.subscribe('files', { group: 'g', events: yes ? ['save'] : ['error'] }, (message) => {
  same<typeof message, FilesMessage>(true);
});

// One of several queues: the messages of each of them.
queue.subscribe(either, { group: 'g' }, (message) => {
  same<typeof message, FilesMessage | DatabaseMessage>(true);
  if (message.queue === 'database' && message.event === 'delete')
    same<typeof message.payload.id, string>(true);
});
for await (const message of queue.tail(either)) same<typeof message, FilesMessage | DatabaseMessage>(true);
queue.subscribe(
  either,
  { group: 'g' },
  {
    save: () => 1,
    create: () => 1,
    read: () => 1,
    update: () => 1,
    delete: () => 1,
    error: (message) => same<typeof message, Failure>(true),
  },
);
// @ts-expect-error: each event of each queue has a handler
queue.subscribe(either, { group: 'g' }, { save: () => 1, error: () => 1 });

// A filter of one of several queues names events that each of them has.
type Failure =
  EventMessage<SystemContract, 'files', 'error'> | EventMessage<SystemContract, 'database', 'error'>;
queue.subscribe(either, { group: 'g', events: ['error'] }, (message) => same<typeof message, Failure>(true));
for await (const message of queue.tail(either, { events: ['error'] })) same<typeof message, Failure>(true);
// @ts-expect-error: an event of `files` alone
queue.subscribe(either, { group: 'g', events: ['error', 'save'] }, () => 1);
// @ts-expect-error: an event of `database` alone
queue.tail(either, { events: ['create'] });
// @ts-expect-error: an event of neither
queue.subscribe(either, { group: 'g', events: ['svae'] }, () => 1);

// What is published to one of several queues, or as one of several events, fits each of them.
declare const fileError: Payload<SystemContract, 'files', 'error'>;
declare const databaseError: Payload<SystemContract, 'database', 'error'>;
declare const forBoth: typeof fileError & typeof databaseError;
declare const saveOrError: 'save' | 'error';
void queue.publish(either, 'error', forBoth);
void queue.publish('files', saveOrError, { ...saved, ...fileError });
// @ts-expect-error: not of `database`
void queue.publish(either, 'error', fileError);
// @ts-expect-error: not of `files`
void queue.publish(either, 'error', databaseError);
// @ts-expect-error: `database` has no such event
void queue.publish(either, 'save', saved);
// @ts-expect-error: it may be an error
void queue.publish('files', saveOrError, saved);

// Dead letters of one of several queues may be of each.
const page = await queue.admin.deadLetters(either, { group: 'g' });
same<NonNullable<(typeof page.letters)[number]['message']>['queue'], 'files' | 'database'>(true);
// @ts-expect-error: a queue of another contract
void queue.admin.deadLetters('orders');

// Options with the exported types.
const subscribing: SubscribeOptions = { group: 'g', concurrency: 4, window: undefined };
queue.subscribe('files', subscribing, (message) => same<typeof message, FilesMessage>(true));
const filtering: SubscribeOptions<'save'> = { group: 'g', events: ['save'] };
queue.subscribe('files', filtering, (message) => same<typeof message, FilesMessage>(true));
// @ts-expect-error: without their names, options name no events
({ group: 'g', events: ['save'] }) satisfies SubscribeOptions;
const tailing: TailOptions = { from: 'start', signal: undefined };
for await (const message of queue.tail('files', tailing)) same<typeof message, FilesMessage>(true);
// @ts-expect-error: no such option
queue.tail('files', { form: 'start' });

// What is optional may be undefined.
connect(contract, {
  url: '',
  path: undefined,
  ca: undefined,
  token: undefined,
  name: undefined,
  window: { messages: undefined, bytes: undefined },
  outbox: { maxMessages: undefined, maxBytes: undefined },
  validate: undefined,
  reconnect: { minDelayMs: undefined, maxDelayMs: undefined },
}) satisfies QueueClient<SystemContract>;
({ url: '', outbox: undefined, reconnect: undefined }) satisfies ConnectOptions;
({ id: undefined, dedupeKey: undefined, headers: undefined, signal: undefined }) satisfies PublishOptions;
({ timeoutMs: undefined }) satisfies CloseOptions;
void queue.admin.redrive('files', { group: undefined, dryRun: undefined, ratePerSecond: undefined });

// Handlers with the exported types, and functions that publish for others.
declare const handlers: HandlerMap<SystemContract, 'files'>;
queue.subscribe('files', { group: 'g' }, handlers);
declare const handler: Handler<SystemContract, 'files'>;
queue.subscribe('files', { group: 'g' }, handler);
const handleAll = <Q extends QueueName<SystemContract>>(name: Q, map: HandlerMap<SystemContract, Q>) =>
  queue.subscribe(name, { group: 'g' }, map);
handleAll('files', handlers);
const handleOne = <E extends EventName<SystemContract, 'files'>>(
  event: E,
  handle: HandlerFunction<SystemContract, 'files', E>,
) => queue.subscribe('files', { group: 'g', events: [event] }, handle);
handleOne('save', ({ payload }) => same<typeof payload.bytes, number>(true));
declare const more: typeof handlers & { readonly svae: () => undefined };
// @ts-expect-error: no such event, in a map that was made before
queue.subscribe('files', { group: 'g' }, more);
declare const some: Partial<typeof handlers>;
// @ts-expect-error: one may be forgotten
queue.subscribe('files', { group: 'g' }, some);
// @ts-expect-error: all are forgotten
queue.subscribe('files', { group: 'g' }, {});
const publish = <Q extends QueueName<SystemContract>, E extends CommonEventName<SystemContract, Q>>(
  name: Q,
  event: E,
  payload: Payload<SystemContract, Q, E>,
) => queue.publish(name, event, payload);
void publish('files', 'save', saved);
const publishFile = <E extends EventName<SystemContract, 'files'>>(
  event: E,
  payload: Payload<SystemContract, 'files', E>,
) => queue.publish('files', event, payload);
void publishFile('save', saved);
const publishError = <Q extends QueueName<SystemContract>>(
  name: Q,
  error: PayloadOfEach<SystemContract, Q, 'error'>,
) => queue.publish(name, 'error', error);
void publishError('files', fileError);
// @ts-expect-error: not of `database`
void publishError(either, fileError);

// Documents as their programs know them, and constants.
interface Product {
  readonly name: string;
  readonly tags: readonly string[];
}
declare const product: Product;
const changed = ['name'] as const;
void queue.publish('database', 'create', { model: 'product', id: '1', after: product });
void queue.publish('database', 'update', {
  model: 'product',
  id: '1',
  before: product,
  after: product,
  changed,
});
// @ts-expect-error: a document is an object
void queue.publish('database', 'create', { model: 'product', id: '1', after: 'Tea' });

// A client of more queues is one of fewer, and of any.
queue satisfies QueueClient<Pick<SystemContract, 'files'>>;
queue satisfies QueueClient<Contract>;
declare const files: QueueClient<Pick<SystemContract, 'files'>>;
// @ts-expect-error: not of more
files satisfies QueueClient<SystemContract>;

// Subscriptions, tails, dead letters and events know the names of queues.
const { queue: subscribed } = queue.subscribe(either, { group: 'g' }, () => 1);
same<typeof subscribed, 'files' | 'database'>(true);
const fileTail = queue.tail('files', { events: ['save'] });
same<typeof fileTail.queue, 'files'>(true);
for await (const item of fileTail.items()) {
  if (item.kind === 'invalid') same<typeof item.message, MessageOf<'files', string, unknown>>(true);
}
queue.on('contract:differs', ({ queue: name }) => same<typeof name, 'files' | 'database'>(true));
for (const { queue: name } of await queue.admin.groups('files')) same<typeof name, 'files'>(true);
queue.on('dead-letter', ({ queue: name, message }) => {
  same<typeof name, 'files' | 'database'>(true);
  same<typeof message.queue, 'files' | 'database'>(true);
});
queue.on('error', ({ queue: name }) => same<typeof name, 'files' | 'database' | undefined>(true));
// @ts-expect-error: a queue of another contract
queue.on('stalled', ({ queue: name }) => name === 'orders');
for await (const { message } of queue.admin.eachDeadLetter('files')) {
  same<NonNullable<typeof message>['queue'], 'files'>(true);
}
