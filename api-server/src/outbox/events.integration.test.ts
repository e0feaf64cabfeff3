import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiError, type DatabaseMessage } from '@typed-queue/contracts';
import type { Product } from '../models/product.js';
import type { Context, Repository, Stored } from '../repository/repository.js';
import { book, refusal, UNKNOWN } from '../repository/mongoose/documents.fixture.js';
import type { Transact } from '../repository/unit-of-work.js';
import { openShop, publishingProducts, type Shop } from './shop.fixture.js';

let shop: Shop;
let count = 0;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop.close());

/** The events since the last call, when there are `count`; more of them would show in the next call. */
const events = async (expected: number): Promise<readonly DatabaseMessage[]> => {
  const messages = await shop.messages(count + expected);
  const news = messages.slice(count);
  count = messages.length;
  expect(news).toHaveLength(expected);
  return news;
};

const shown = (messages: readonly DatabaseMessage[]) =>
  messages.map(({ event, payload }) => [event, payload]);

const made = async (more: Partial<Product> = {}): Promise<Stored<Product>> => {
  const document = await shop.products.create(book(more));
  await events(1);
  return document;
};

interface Call {
  readonly document: Stored<Product>;
  /** Default: those of the shop. */
  readonly products?: Repository<Product>;
  /** Fields that make it fail. */
  readonly wrong?: object;
  readonly more?: Context;
}

interface Write {
  readonly method: keyof Repository;
  readonly operation: string;
  readonly call: (call: Call) => Promise<unknown>;
}

const context = { actor: 'ann', requestId: 'r-1' };
const everything = { limit: 200, filter: {}, sort: { field: 'id', direction: 'asc' } } as const;

const writes: readonly Write[] = [
  {
    method: 'create',
    operation: 'create',
    call: ({ products = shop.products, wrong, more }) =>
      products.create({ ...book(), ...wrong }, { ...context, ...more }),
  },
  {
    method: 'replace',
    operation: 'update',
    call: ({ products = shop.products, document: { id }, wrong, more }) =>
      products.replace(id, { ...book(), ...wrong }, undefined, { ...context, ...more }),
  },
  {
    method: 'patch',
    operation: 'update',
    call: ({ products = shop.products, document: { id }, wrong, more }) =>
      products.patch(id, { price: 7, ...wrong }, undefined, { ...context, ...more }),
  },
  {
    method: 'delete',
    operation: 'delete',
    call: ({ products = shop.products, document: { id }, more }) =>
      products.delete(id, undefined, { ...context, ...more }),
  },
];

const failure = (operation: string, code: string, id?: string) => ({
  model: 'product',
  operation,
  code,
  message: expect.any(String),
  ...(id === undefined ? {} : { id }),
});

describe('an operation that succeeds', () => {
  it('is published once, with the documents before and after', async () => {
    const created = await shop.products.create(book(), context);
    const patched = await shop.products.patch(created.id, { price: 1, tags: [] }, [1], context);
    const replaced = await shop.products.replace(created.id, book({ stock: 9 }), undefined, context);
    const deleted = await shop.products.delete(created.id, undefined, context);
    const messages = await events(4);
    const { id } = created;
    expect(shown(messages)).toEqual([
      ['create', { model: 'product', id, after: created }],
      ['update', { model: 'product', id, ...patched, changed: ['price', 'tags'] }],
      ['update', { model: 'product', id, ...replaced, changed: ['name', 'price', 'stock', 'tags'] }],
      ['delete', { model: 'product', id, before: deleted }],
    ]);
    for (const { headers } of messages) {
      expect(headers).toEqual({ actor: 'ann', 'x-request-id': 'r-1', key: `product/${id}` });
    }
  });

  it('is published when it is read, by id or by filter', async () => {
    const { id, name } = await made();
    await shop.products.read(id, context);
    await shop.products.list({ ...everything, filter: { name } }, context);
    expect(shown(await events(2))).toEqual([
      ['read', { model: 'product', id, count: 1 }],
      ['read', { model: 'product', filter: { name }, count: 1 }],
    ]);
  });
});

describe.each(writes)('$method', ({ method, operation, call }) => {
  const idOf = ({ id }: Stored<Product>) => (method === 'create' ? undefined : id);

  it.each(['document_invalid', 'duplicate_key'] as const)(
    'that fails with %s is published as an error',
    async (code) => {
      if (method === 'delete') return;
      const [document, other] = [await made(), await made()];
      const wrong = code === 'document_invalid' ? { price: -1 } : { name: other.name };
      expect(await refusal(call({ document, wrong }))).toMatchObject({ code });
      const [message] = await events(1);
      expect(message).toMatchObject({
        event: 'error',
        payload: failure(operation, code, idOf(document)),
        headers: { actor: 'ann', 'x-request-id': 'r-1' },
      });
      expect(await shop.products.read(document.id)).toEqual(document);
      await events(1);
    },
  );

  it('that fails as its transaction is aborted is published as an error', async () => {
    const document = await made();
    const aborting: Transact = (work) =>
      shop.database.transact(async (unit) => {
        await work(unit);
        throw new ApiError('database_unavailable', 'The commit failed.');
      });
    const products = publishingProducts(shop.database, shop.outbox.publisher, aborting);
    expect(await refusal(call({ document, products }))).toMatchObject({ code: 'database_unavailable' });
    const [message] = await events(1);
    expect(message?.payload).toEqual(failure(operation, 'database_unavailable', idOf(document)));
  });

  it('within a transaction that its caller aborts changes and publishes nothing', async () => {
    const document = await made();
    const aborted = shop.database.transact(async (unit) => {
      await call({ document, more: { unit } });
      throw new ApiError('aborted', 'The caller thought better of it.');
    });
    expect(await refusal(aborted)).toMatchObject({ code: 'aborted' });
    expect(await shop.products.read(document.id)).toEqual(document);
    expect(shown(await events(1))).toEqual([['read', { model: 'product', id: document.id, count: 1 }]]);
  });

  it('of an unknown document is published as an error', async () => {
    if (method === 'create') return;
    const unknown = { ...(await made()), id: UNKNOWN };
    expect(await refusal(call({ document: unknown }))).toMatchObject({ code: 'document_unknown' });
    expect(shown(await events(1))).toEqual([['error', failure(operation, 'document_unknown', UNKNOWN)]]);
  });
});

describe('reads that fail', () => {
  it('are published as errors', async () => {
    expect(await refusal(shop.products.read(UNKNOWN))).toMatchObject({ code: 'document_unknown' });
    expect(await refusal(shop.products.list({ ...everything, limit: 0 }))).toMatchObject({
      code: 'query_invalid',
    });
    expect(shown(await events(2))).toEqual([
      ['error', failure('read', 'document_unknown', UNKNOWN)],
      ['error', failure('read', 'query_invalid')],
    ]);
  });
});

describe('an event that could never be published', () => {
  it('is refused together with its change', async () => {
    const [fields, long] = [book(), { requestId: 'x'.repeat(17_000) }];
    expect(await refusal(shop.products.create(fields, long))).toMatchObject({ code: 'header_invalid' });
    expect((await shop.products.list({ ...everything, filter: { name: fields.name } })).items).toEqual([]);
    // The error has the same headers, and is lost for it.
    expect(await shop.outbox.status()).toMatchObject({ lost: 1, parked: 0 });
    await events(1);
  });
});
