import { afterAll, beforeAll, expect } from '@jest/globals';
import { contract, type DatabaseMessage, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import { askAt, type Answer, type Body } from './http/requests.fixture.js';
import { models } from './models/models.js';
import { warehouse } from './models/warehouse.fixture.js';
import { startTestApi, type TestApi } from './testing.js';

export const WAREHOUSES = '/api/v1/warehouses';

export const pathOf = ({ id }: Body): string => `${WAREHOUSES}/${String(id)}`;

let made = 0;

/** A text that no other document has. */
export const fresh = (text: string): string => `${text}${++made}`;

/** Runs the API over a queue server, with warehouses, for all tests of a file. */
export const useWarehouses = () => {
  let server: TestQueue<SystemContract>;
  let api: TestApi;
  let categoryId: string;
  beforeAll(async () => {
    server = await startTestQueue(contract);
    api = await startTestApi({ queue: { url: server.url }, models: [...models, warehouse] });
    categoryId = String((await ask('POST', '/api/v1/categories', { name: 'Drinks' })).body.id);
  });
  afterAll(() => api.close().then(() => server.close()));

  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    askAt(api.url)(method, path, { body, headers: { 'if-match': '*' } });

  /** The fields of a warehouse. */
  const fields = (more: Body = {}): Body => ({
    code: fresh(' W'),
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
    const created = await ask('POST', WAREHOUSES, fields(more));
    expect(created).toMatchObject({ status: 201 });
    return created.body;
  };

  /** The events of a document, up to that of its deletion. */
  const eventsOf = async (document: Body): Promise<DatabaseMessage[]> => {
    await ask('DELETE', pathOf(document));
    const messages: DatabaseMessage[] = [];
    for await (const message of server.client.tail('database', { from: 'start' })) {
      const isOfDocument = 'id' in message.payload && message.payload.id === document.id;
      if (isOfDocument && message.event !== 'read') messages.push(message);
      if (messages.at(-1)?.event === 'delete') break;
    }
    return messages;
  };

  return { ask, fields, create, eventsOf, mongodbUri: () => api.mongodbUri, categoryId: () => categoryId };
};
