import type { Payload } from './contract.js';
import type { Publishable } from './payload.js';
import { same } from '../../checks/same.fixture.js';
import type { SystemContract } from './system.js';

type Update = Publishable<Payload<SystemContract, 'database', 'update'>>;
type Create = Publishable<Payload<SystemContract, 'database', 'create'>>;

/** A document as its program knows it. */
interface Product {
  readonly name: string;
  readonly tags: readonly string[];
}
declare const product: Product;
const changed = ['name', 'price'] as const;
const created = { model: 'product', id: '1', after: { name: 'Tea', tags: ['hot'] } } as const;

created satisfies Create;
({ model: 'product', id: '1', after: product }) satisfies Create;
({ model: 'product', id: '1', before: product, after: {}, changed }) satisfies Update;
// @ts-expect-error a document is an object
({ model: 'product', id: '1', after: 'Tea' }) satisfies Create;
// @ts-expect-error a document is no list
({ model: 'product', id: '1', after: ['Tea'] }) satisfies Create;
// @ts-expect-error nor a collection
({ model: 'product', id: '1', after: new Map<string, string>() }) satisfies Create;
({ model: 'product', id: '1', after: { name: 'Cloth', length: 7 } }) satisfies Create;
// @ts-expect-error the names of fields are texts
({ model: 'product', id: '1', before: product, after: product, changed: [1] }) satisfies Update;
// @ts-expect-error a field too many
({ ...created, more: 1 }) satisfies Create;

// Where nothing is to be relaxed, it is the payload itself.
same<Publishable<{ a: string; b?: number }>, { a: string; b?: number }>(true);
same<Publishable<string>, string>(true);
same<Publishable<unknown>, unknown>(true);

// Named fields of an open object keep their types.
interface Named {
  readonly name: string;
  readonly price: number;
}
declare const named: Named;
named satisfies Publishable<{ name: string; [field: string]: unknown }>;
// @ts-expect-error the name is a text
named satisfies Publishable<{ name: number; [field: string]: unknown }>;
// @ts-expect-error a list has no name, and is no object
Object.assign(['Tea'], { name: 'Tea' }) satisfies Publishable<{ name: string; [field: string]: unknown }>;

// What is within a payload, and has nothing to be relaxed, is the same type.
type Order = Publishable<{ by: { name: string }; lines: string[] }>;
same<Order['by'], { name: string }>(true);

// A type may hold itself.
type Json = string | number | null | Json[] | { [field: string]: Json };
declare const json: Json;
json satisfies Publishable<Json>;
({ rows: [{ at: [1, 'two', null] }] }) satisfies Publishable<Json>;
// @ts-expect-error nothing else is JSON
({ rows: [undefined] }) satisfies Publishable<Json>;
