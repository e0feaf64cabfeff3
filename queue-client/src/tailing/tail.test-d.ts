/** What the compiler says of tails. */
import {
  contract,
  type DatabaseMessage,
  type EventMessage,
  type FilesMessage,
  type Position,
  type SystemContract,
} from '@typed-queue/contracts';
import { connect, type Tail, type TailItem } from '../index.js';
import { same } from '../../../checks/same.fixture.js';

type FileError = EventMessage<SystemContract, 'files', 'error'>;

const queue = connect(contract, { url: 'http://localhost:3333' });

// All events: the union that is discriminated by `event`.
const all = queue.tail('database', { from: 'start' });
same<typeof all, Tail<DatabaseMessage>>(true);
same<typeof all.position, Position | undefined>(true);
for await (const message of all) {
  same<typeof message, DatabaseMessage>(true);
  if (message.event === 'delete')
    same<typeof message, EventMessage<SystemContract, 'database', 'delete'>>(true);
}
for await (const message of queue.tail('files')) same<typeof message, FilesMessage>(true);

// Some events: their messages only.
for await (const message of queue.tail('files', { events: ['error'], from: { epoch: 'e', seq: 1 } })) {
  same<typeof message, FileError>(true);
  same<typeof message.payload.operation, 'read' | 'transform' | 'write'>(true);
  // @ts-expect-error: the payload of an event that was not asked for
  void message.payload.sha256;
}
for await (const { event } of queue.tail('database', { events: ['create', 'update'] })) {
  same<typeof event, 'create' | 'update'>(true);
}

// Items: a union on `kind`.
for await (const item of queue.tail('files', { events: ['error'] }).items()) {
  same<typeof item, TailItem<FileError>>(true);
  same<typeof item.kind, 'message' | 'gap' | 'live' | 'invalid'>(true);
  if (item.kind === 'message') same<typeof item.message, FileError>(true);
  if (item.kind === 'invalid') same<typeof item.message.payload, unknown>(true);
  if (item.kind === 'gap' && item.gap.reason !== 'reset') same<typeof item.gap.to, number>(true);
}

queue.on('tail:live', ({ queue: name, next }) =>
  same<[typeof name, typeof next], ['files' | 'database', number]>(true),
);

// @ts-expect-error: no such queue
queue.tail('file');
// @ts-expect-error: no such event
queue.tail('database', { events: ['udpate'] });
// @ts-expect-error: an event of another queue
queue.tail('database', { events: ['save'] });
// @ts-expect-error: no such start
queue.tail('files', { from: 'end' });
// @ts-expect-error: a position has an epoch and a seq
queue.tail('files', { from: { epoch: 'e' } });
// @ts-expect-error: no such option
queue.tail('files', { group: 'g' });
// @ts-expect-error: a window is counted
queue.tail('files', { window: { messages: 'many' } });
// @ts-expect-error: only the tail itself moves its position
all.position = undefined;
// @ts-expect-error: messages are not handled, they are looped over
queue.tail('files', {}, () => undefined);
