import type { EventName, Payload, SystemContract } from '@typed-queue/contracts';
import type { Product } from '../models/product.js';
import type { Context, Repository, Stored } from '../repository/repository.js';
import { same } from '../same.fixture.js';
import { duties, type Duties, type Duty } from './duties.js';
import type { ChangeEvent, NoticeEvent, Payloads } from './event.js';
import { publishing, type PublishingParts } from './publishing.js';

declare const products: Repository<Product>;
declare const parts: PublishingParts;

// Same interface in, same out.
same<ReturnType<typeof publishing<Product>>, Repository<Product>>(true);
void publishing(products, parts).create({ name: 'book', price: 1, stock: 1, tags: [] });
// @ts-expect-error the fields of a product
void publishing(products, parts).create({ name: 'book' });

// Every event of the queue is either a change or a notice, and its payload is the contract's.
same<(ChangeEvent | NoticeEvent)['event'], EventName<SystemContract, 'database'>>(true);
type Fits = {
  [E in keyof Payloads]: Payloads[E] extends Payload<SystemContract, 'database', E> ? true : false;
};
same<Fits[keyof Fits], true>(true);

interface Archive extends Repository {
  archive(id: string, context?: Context): Promise<Stored>;
}

const { create, read } = duties;
const archive = {
  operation: 'delete',
  contextAt: 1,
  idAt: 0,
  payload: (model: string, before: Stored) => ({ model, id: before.id, before }),
} as const;

void ({ ...duties, archive } satisfies Duties<Archive>);
// @ts-expect-error a method that owes nothing
void (duties satisfies Duties<Archive>);
// @ts-expect-error an event that does not exist
void ({ ...create, operation: 'created' } satisfies Duty<Repository['create']>);
// @ts-expect-error the event of another operation: the payload has no `before`
void ({ ...create, operation: 'delete' } satisfies Duty<Repository['create']>);
// @ts-expect-error a payload that lacks its count
void ({ ...read, payload: (model: string) => ({ model, id: '' }) } satisfies Duty<Repository['read']>);
// @ts-expect-error the context stands elsewhere
void ({ ...create, contextAt: 0 } satisfies Duty<Repository['create']>);
// @ts-expect-error the id of what is read is its first argument
void ({ ...read, idAt: null } satisfies Duty<Repository['read']>);

// A method without a context cannot share its transaction: it has no duty that could be met.
same<Duty<(id: string) => Promise<Stored>>['contextAt'], never>(true);
