import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract, type DatabaseMessage } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { readFile } from 'node:fs/promises';
import mongoose from 'mongoose';
import { models } from './models/models.js';
import { warehouse } from './models/warehouse.fixture.js';
import { startTestApi, type TestApi } from './testing.js';

type Body = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body: Body;
}

const ALL = '/api/v1/warehouses';
const UNKNOWN = 'f'.repeat(24);

describe('a model with every kind of field', () => {
  let server: TestServer;
  let api: TestApi;
  let categoryId: string;
  beforeAll(async () => {
    server = await startTestServer({ storage: 'memory' });
    api = await startTestApi({ queue: { url: server.url }, models: [...models, warehouse] });
    categoryId = String((await ask('POST', '/api/v1/categories', { name: 'Drinks' })).body.id);
  });
  afterAll(() => api.close().then(() => server.close()));

  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', 'if-match': '*' };
    const sentBody = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(`${api.url}${path}`, { method, headers, body: sentBody });
    const text = await response.text();
    // Safe for a test: it looks at what it expects.
    return { status: response.status, body: JSON.parse(text === '' ? '{}' : text) as Body };
  };

  let made = 0;
  const sent = (more: Body = {}): Body => ({
    code: ` W${++made} `,
    kind: 'cold',
    open: true,
    manager: null,
    note: '',
    opened: '2026-01-02T03:04:05Z',
    size: { width: 1.5, door: { height: 2 } },
    shelves: [
      { row: 1, labels: ['a', 'b'] },
      { row: 2, labels: [] },
    ],
    categoryIds: [categoryId],
    ...more,
  });
  const create = async (more?: Body): Promise<Body> => {
    const { status, body } = await ask('POST', ALL, sent(more));
    expect([status, body]).toEqual([201, expect.anything()]);
    return body;
  };

  /** The events of a document, up to that of its deletion. */
  const eventsOf = async ({ id }: Body): Promise<DatabaseMessage[]> => {
    await ask('DELETE', `${ALL}/${String(id)}`);
    const queue = connect(contract, { url: server.url });
    const messages: DatabaseMessage[] = [];
    for await (const message of queue.tail('database', { from: 'start' })) {
      const isOfDocument = 'id' in message.payload && message.payload.id === id;
      if (isOfDocument && message.event !== 'read') messages.push(message);
      if (messages.at(-1)?.event === 'delete') break;
    }
    await queue.close();
    return messages;
  };

  it('is the one that the README shows', async () => {
    const [text, readme] = await Promise.all(
      ['models/warehouse.fixture.ts', '../README.md'].map((path) =>
        readFile(`${import.meta.dirname}/${path}`, 'utf8'),
      ),
    );
    expect(readme).toContain(`\`\`\`ts\n${text}\`\`\``);
  });

  it('is answered, read and listed as it was sent, as its schema leaves it', async () => {
    const fields = sent();
    const { status, body } = await ask('POST', ALL, fields);
    const { id, revision, createdAt, updatedAt, ...rest } = body;
    expect([status, rest]).toEqual([
      201,
      { ...fields, code: String(fields.code).trim().toLowerCase(), opened: '2026-01-02T03:04:05.000Z' },
    ]);
    expect([id, revision, createdAt]).toEqual([expect.any(String), 1, updatedAt]);
    expect(await ask('GET', `${ALL}/${String(id)}`)).toEqual({ status: 200, body });
    expect((await ask('GET', `${ALL}?code=${String(rest.code)}`)).body.items).toEqual([body]);
  });

  it('may leave out and set to null what it allows', async () => {
    const { note: _, size: __, ...rest } = sent({ shelves: [], categoryIds: [] });
    const { status, body } = await ask('POST', ALL, rest);
    expect([status, body]).toMatchObject([201, { manager: null, shelves: [], categoryIds: [] }]);
    expect(Object.keys(body)).not.toContain('size');
    expect(Object.keys(body)).not.toContain('note');
    expect(await ask('GET', `${ALL}/${String(body.id)}`)).toEqual({ status: 200, body });
  });

  it('is not changed by a PUT of what was read, nor by a PATCH of what is there: no revision, and no event', async () => {
    const document = await create();
    const path = `${ALL}/${String(document.id)}`;
    expect(await ask('PUT', path, document)).toEqual({ status: 200, body: document });
    const same = {
      size: { width: 1.5 },
      code: ` ${String(document.code).toUpperCase()}`,
      opened: '2026-01-02T03:04:05.0Z',
    };
    expect(await ask('PATCH', path, same)).toEqual({ status: 200, body: document });
    expect(await ask('PUT', path, { ...document, revision: 2 })).toMatchObject({
      status: 422,
      body: { code: 'document_invalid' },
    });
    expect((await eventsOf(document)).map(({ event }) => event).filter((event) => event !== 'error')).toEqual(
      ['create', 'delete'],
    );
  });

  it('is patched as RFC 7396 says, and its events say what changed', async () => {
    const before = await create();
    const steps: readonly (readonly [Body, Body, readonly string[]])[] = [
      [{ size: { width: 2 } }, { size: { width: 2, door: { height: 2 } } }, ['size.width']],
      [{ size: { door: { height: null } } }, { size: { width: 2, door: {} } }, ['size.door.height']],
      [{ size: null }, {}, ['size']],
      [{ size: { width: 1, door: { height: null } } }, { size: { width: 1, door: {} } }, ['size']],
      [{ shelves: [{ row: 3, labels: ['c'] }] }, { shelves: [{ row: 3, labels: ['c'] }] }, ['shelves']],
      [{ manager: 'Ann' }, { manager: 'Ann' }, ['manager']],
      [{ manager: null }, { manager: null }, ['manager']],
      [{ note: null }, {}, ['note']],
      [{ kind: 'dry', open: false }, { kind: 'dry', open: false }, ['kind', 'open']],
      [{ opened: '2027-01-01T00:00:00Z' }, { opened: '2027-01-01T00:00:00.000Z' }, ['opened']],
      [{ categoryIds: [] }, { categoryIds: [] }, ['categoryIds']],
    ];
    const path = `${ALL}/${String(before.id)}`;
    let current = before;
    for (const [patch, after] of steps) {
      const { status, body } = await ask('PATCH', path, patch);
      const removed = Object.keys(patch).filter((name) => !Object.hasOwn(after, name));
      const kept = Object.entries(current).filter(([name]) => !removed.includes(name));
      const { revision, updatedAt } = body;
      expect([status, body]).toEqual([200, { ...Object.fromEntries(kept), ...after, revision, updatedAt }]);
      current = body;
    }
    expect(await ask('GET', path)).toEqual({ status: 200, body: current });
    const events = await eventsOf(before);
    const changed = events.flatMap(({ event, payload }) => (event === 'update' ? [payload.changed] : []));
    expect(changed).toEqual(steps.map(([, , paths]) => paths));
    expect(events.at(-1)?.payload).toMatchObject({ before: current });
  });

  it.each<[string, Body]>([
    ['size.width', { size: { width: 'x', door: {} } }],
    ['size.door', { size: { width: 1, door: null } }],
    ['size', { size: { width: 1, door: {}, more: 1 } }],
    ['shelves.0', { shelves: [{ row: 1, labels: [], more: 1 }] }],
    ['shelves.0.labels.1', { shelves: [{ row: 1, labels: ['a', null] }] }],
    ['kind', { kind: 'warm' }],
    ['kind', { kind: null }],
    ['opened', { opened: '2026-01-01' }],
    ['opened', { opened: '2026-01-01T00:00:00.0001Z' }],
    ['categoryIds.0', { categoryIds: ['x'] }],
    ['code', { code: '   ' }],
  ])('is refused with a wrong %s', async (path, wrong) => {
    const { id } = await create();
    const refused = { status: 422, body: { code: 'document_invalid', issues: [{ path }] } };
    expect(await ask('POST', ALL, sent(wrong))).toMatchObject(refused);
    expect(await ask('PUT', `${ALL}/${String(id)}`, sent(wrong))).toMatchObject(refused);
    expect(await ask('PATCH', `${ALL}/${String(id)}`, wrong)).toMatchObject(refused);
  });

  it('is found by each filter', async () => {
    const wanted = await create({ manager: 'Eve', kind: 'dry', open: false, opened: '2025-05-05T00:00:00Z' });
    for (const filter of [
      'manager=Eve',
      'kind=dry&open=false&manager=Eve',
      'opened=2025-05-05T00:00:00.00Z',
    ]) {
      expect((await ask('GET', `${ALL}?${filter}`)).body.items).toEqual([wanted]);
    }
    expect((await ask('GET', `${ALL}?code=%20${String(wanted.code).toUpperCase()}`)).body.items).toEqual([
      wanted,
    ]);
    expect((await ask('GET', `${ALL}?categoryIds=${categoryId}&manager=Eve`)).body.items).toEqual([wanted]);
    expect((await ask('GET', `${ALL}?categoryIds=${UNKNOWN}`)).body.items).toEqual([]);
    expect((await ask('GET', `${ALL}?opened=x`)).status).toBe(400);
  });

  it.each(['code', 'kind', 'open', 'opened'])('is sorted by %s, over pages', async (field) => {
    await create({ opened: '2024-01-01T00:00:00Z', kind: 'dry' });
    await create({ opened: '2023-01-01T00:00:00Z', open: false });
    // Safe for a test: a list has items.
    const itemsOf = ({ body }: Answer): Body[] => body.items as Body[];
    const all = itemsOf(await ask('GET', `${ALL}?sort=${field}&limit=200`));
    const values = all.map((item) => item[field]);
    expect(values).toEqual([...values].sort());
    const seen: Body[] = [];
    for (let cursor = ''; ;) {
      const page = await ask('GET', `${ALL}?sort=${field}&limit=3${cursor}`);
      seen.push(...itemsOf(page));
      if (typeof page.body.nextCursor !== 'string') break;
      cursor = `&cursor=${page.body.nextCursor}`;
    }
    expect(seen).toEqual(all);
  });

  it('holds what it refers to, also in arrays and in objects in them', async () => {
    const product = { name: 'Tea', price: 1, stock: 1, tags: [] };
    const productId = String((await ask('POST', '/api/v1/products', product)).body.id);
    const shelves = [{ row: 1, labels: [], productId }];
    const { id } = await create({ shelves });
    expect(await ask('DELETE', `/api/v1/products/${productId}`)).toMatchObject({
      status: 409,
      body: { code: 'document_in_use', issues: [{ path: id }] },
    });
    expect((await ask('DELETE', `/api/v1/categories/${categoryId}`)).status).toBe(409);
    const unknown = {
      categoryIds: [categoryId, UNKNOWN],
      shelves: [{ row: 1, labels: [], productId: UNKNOWN }],
    };
    expect(await ask('POST', ALL, sent(unknown))).toMatchObject({
      status: 422,
      body: {
        code: 'reference_unknown',
        issues: [{ path: 'shelves.0.productId' }, { path: 'categoryIds.1' }],
      },
    });
    await ask('PATCH', `${ALL}/${String(id)}`, { shelves: [] });
    expect((await ask('DELETE', `/api/v1/products/${productId}`)).status).toBe(204);
  });

  it('is created, patched and deleted in bulk, and a dry run changes nothing', async () => {
    const batch = ['Zoe', 'Zoe', 'Zoe'].map((manager) => sent({ manager }));
    const created = await ask('POST', `${ALL}:batch`, batch);
    // Safe for a test: it looks at what it expects.
    const items = created.body.items as Body[];
    expect([created.status, items.map(({ revision }) => revision)]).toEqual([201, [1, 1, 1]]);
    const ids = items.map(({ id }) => id);
    const find = `${ALL}?manager=Zoe`;
    const patch = { size: { width: 9 } };
    expect((await ask('PATCH', `${find}&dryRun=true`, patch)).body).toEqual({
      dryRun: true,
      matched: 3,
      ids,
    });
    expect((await ask('DELETE', `${find}&dryRun=true`)).body).toEqual({ dryRun: true, matched: 3, ids });
    expect((await ask('GET', find)).body.items).toEqual(items);
    expect(await ask('PATCH', `${find}&dryRun=true`, { kind: 'x' })).toMatchObject({
      status: 422,
      body: { issues: ids.map((id) => ({ path: `${String(id)}.kind` })) },
    });
    expect((await ask('PATCH', find, patch)).body).toEqual({ dryRun: false, matched: 3, ids });
    expect((await ask('PATCH', find, patch)).body).toEqual({ dryRun: false, matched: 3, ids: [] });
    expect((await ask('GET', find)).body.items).toMatchObject(
      ids.map((id) => ({ id, revision: 2, size: { width: 9 } })),
    );
    expect((await ask('DELETE', find)).body).toEqual({ dryRun: false, matched: 3, ids });
    expect((await ask('GET', find)).body.items).toEqual([]);
  });

  it('stores moments as dates, references as ids, and nothing that was not sent', async () => {
    const { id, code } = await create();
    const connection = await mongoose.createConnection(api.mongodbUri, { dbName: 'typed-queue' }).asPromise();
    const stored = await connection.collection('warehouses').findOne({ code: String(code) });
    await connection.close();
    expect(stored).toMatchObject({
      _id: new mongoose.Types.ObjectId(String(id)),
      opened: new Date('2026-01-02T03:04:05Z'),
      note: '',
      categoryIds: [new mongoose.Types.ObjectId(categoryId)],
    });
    expect([stored?.shelves, stored?.size]).toEqual([sent().shelves, sent().size]);
  });

  it('is described as it is', async () => {
    const { components } = (await ask('GET', '/openapi.json')).body;
    const size = { properties: { door: { properties: { height: { type: ['number', 'null'] } } } } };
    const fields = {
      kind: { enum: ['cold', 'dry'] },
      manager: { type: ['string', 'null'] },
      opened: { format: 'date-time' },
      shelves: { items: { additionalProperties: false } },
    };
    const required = ['code', 'kind', 'open', 'manager', 'opened', 'shelves', 'categoryIds'];
    expect(components).toMatchObject({
      schemas: {
        WarehouseFields: { properties: fields, required },
        WarehousePatch: { properties: { size } },
      },
    });
  });
});
