import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { bearer, keyOf, openCallers, type Callers } from './callers.fixture.js';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

const ONE = '/api/v1/items/000000000000000000000001';
const inUse = new ApiError(
  'document_in_use',
  'The item cannot be deleted: a crate refers to it by its itemId.',
  {
    details: {
      model: 'crate',
      field: 'itemId',
      issues: [{ path: '0a', message: 'this crate refers to it' }],
    },
  },
);

let callers: Callers;
let api: RunningApi;
beforeAll(async () => {
  callers = await openCallers({
    writer: { models: { item: ['write'] } },
    packer: { models: { item: ['write'], crate: ['write'] } },
    reader: { models: { item: ['read', 'write'], crate: ['read'] } },
    admin: { models: { item: ['admin'] } },
  });
  api = await startApi({ authenticator: callers.authenticator });
  await api.repository.create({ name: 'Tea', price: 5 });
});
afterAll(async () => {
  await api.close();
  await callers.remove();
});
beforeEach(() => {
  api.repository.failure = undefined;
});

const remove = (caller: string, path = ONE, ifMatch = '*'): Promise<Response> =>
  api.ask('DELETE', path, undefined, { ...bearer(keyOf(caller)), 'if-match': ifMatch });

describe('a document that others refer to', () => {
  it.each([
    ['writer', ONE],
    ['packer', ONE],
    ['admin', '/api/v1/items?name=Tea'],
  ])('does not name their model to %s', async (caller, path) => {
    api.repository.failure = inUse;
    const response = await remove(caller, path);
    const text = await response.text();
    expect([response.status, text]).toEqual([409, expect.stringContaining('other documents refer to it')]);
    expect(text).not.toMatch(/crate|itemId|0a/);
  });

  it('names them to a caller that may read them', async () => {
    api.repository.failure = inUse;
    expect(await bodyOf(await remove('reader'))).toMatchObject({
      code: 'document_in_use',
      detail: inUse.message,
      issues: [{ path: '0a' }],
    });
  });
});

describe('a wrong If-Match', () => {
  it('shows the revision only to a caller that may read the document', async () => {
    const [unread, read] = [await remove('writer', ONE, '"7"'), await remove('reader', ONE, '"7"')];
    expect([unread.status, read.status]).toEqual([412, 412]);
    expect((await bodyOf(unread)).detail).not.toMatch(/\d/);
    expect((await bodyOf(read)).detail).toContain('revision 1');
  });
});
