import type { EventName, Payload, SystemContract } from '@typed-queue/contracts';
import type { Product } from '../models/product.js';
import type { Context, Repository, Stored } from '../repository/repository.js';
import { same } from '../../../checks/same.fixture.js';
import type { Operations, PublishingDeps } from './operations.js';
import type { ChangeEvent, BestEffortEvent, Payloads } from './publisher.js';
import type { Published, Publishing } from './operations.js';
import { publishing } from './publishing-repository.js';

declare const products: Repository<Product>;
declare const deps: PublishingDeps;
declare const events: Operations;

// Same interface in, same out.
same<ReturnType<typeof publishing<Product>>, Repository<Product>>(true);
void publishing(products, deps).create({ name: 'book', price: 1, stock: 1, tags: [] });
// @ts-expect-error the fields of a product
void publishing(products, deps).create({ name: 'book' });

// Every event of the queue is either a change or a notice, and its payload is the contract's.
same<(ChangeEvent | BestEffortEvent)['event'], EventName<SystemContract, 'database'>>(true);
type Fits = {
  [E in keyof Payloads]: Payloads[E] extends Payload<SystemContract, 'database', E> ? true : false;
};
same<Fits[keyof Fits], true>(true);

interface Archive {
  archive(id: string, context?: Context): Promise<Stored>;
}

declare const archive: Archive;

/** A new method, with its event. */
export class PublishingArchive implements Publishing<Archive> {
  archive(id: string, context: Context = {}): Promise<Published<Stored>> {
    return events.change({ operation: 'delete', id, context }, async (within) => {
      const before = await archive.archive(id, within);
      return { result: before, events: [{ event: 'delete', payload: { model: 'product', id, before } }] };
    });
  }
}

export class ForgetfulArchive implements Publishing<Archive> {
  // @ts-expect-error a new method that forgets its event
  archive(id: string, context?: Context): Promise<Stored> {
    return archive.archive(id, context);
  }
}

// @ts-expect-error a new method of the repository, passed without its events
void (archive satisfies Publishing<Archive>);

const call = { operation: 'update', id: 'a', context: {} } as const;
const model = 'product';
declare const before: Stored;

// @ts-expect-error a result without its events
void events.change(call, async () => ({ result: before }));
// @ts-expect-error an event that does not exist
void events.change(call, async () => ({ result: before, events: [{ event: 'updated', payload: {} }] }));
const wrong = { event: 'update', payload: { model, id: 'a', before } } as const;
// @ts-expect-error a payload that lacks the document as it is now
void events.change(call, async () => ({ result: before, events: [wrong] }));
const read = { event: 'read', payload: { model, id: 'a', count: 1 } } as const;
// @ts-expect-error the event of a read for a change
void events.change(call, async () => ({ result: before, events: [read] }));
// @ts-expect-error a change that is published like a read, and could be lost
void events.read(call, async () => ({ result: before, events: [{ ...wrong, event: 'delete' } as const] }));
// @ts-expect-error a change with an empty list of events
void events.change(call, async () => ({ result: before, events: [] }));
// @ts-expect-error a read with an empty list of events
void events.read(call, async () => ({ result: before, events: [] }));
// @ts-expect-error a change of a document that is published like a read
void events.read(call, async () => ({ result: { before, after: before }, events: [read] }));
