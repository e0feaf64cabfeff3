import { match } from 'ts-pattern';
import type { Headers } from './message.js';
import { same } from '../../checks/same.fixture.js';
import type { DatabaseMessage, FilesMessage } from './system.js';

declare const file: FilesMessage;
declare const change: DatabaseMessage;

same<FilesMessage['queue'], 'files'>(true);
same<DatabaseMessage['event'], 'create' | 'read' | 'update' | 'delete' | 'error'>(true);
same<FilesMessage['headers'], Headers>(true);
same<FilesMessage['seq' | 'time'], number>(true);
same<Headers[string], string | undefined>(false);

// The event discriminates the payload.
if (file.event === 'error') {
  same<typeof file.payload.operation, 'read' | 'transform' | 'write'>(true);
  // @ts-expect-error a field of the other event
  void file.payload.sha256;
}
if (change.event === 'read') {
  // @ts-expect-error one document was read or many: neither id nor filter is always there
  void change.payload.id;
}
// @ts-expect-error the event was not tested
void file.payload.sha256;
// @ts-expect-error not an event of this queue
void (file.event === 'update');
// @ts-expect-error a message does not change
file.seq = 1;

// The queue discriminates the events.
const either = file as FilesMessage | DatabaseMessage;
if (either.queue === 'database') same<typeof either, DatabaseMessage>(true);

match(file)
  .with({ event: 'save' }, ({ payload }) => payload.sha256)
  .with({ event: 'error' }, ({ payload }) => payload.operation)
  .exhaustive();
match(file)
  .with({ event: 'save' }, ({ payload }) => payload.sha256)
  // @ts-expect-error `error` is not handled
  .exhaustive();
match(change)
  .with({ event: 'create' }, { event: 'read' }, { event: 'update' }, { event: 'delete' }, () => 1)
  // @ts-expect-error `error` is not handled
  .exhaustive();
match(file)
  // @ts-expect-error an event that does not exist
  .with({ event: 'saved' }, () => 1)
  .otherwise(() => 2);
