import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { bearer, keyOf, openCallers, type Callers } from './callers.fixture.js';
import type { Answer } from './requests.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

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

const remove = (caller: string, path = ONE, ifMatch = '*'): Promise<Answer> =>
  api.ask('DELETE', path, { headers: { ...bearer(keyOf(caller)), 'if-match': ifMatch } });

describe('a document that others refer to', () => {
  it.each([
    { caller: 'writer', path: ONE },
    { caller: 'packer', path: ONE },
    { caller: 'admin', path: '/api/v1/items?name=Tea' },
  ])('does not name their model to $caller', async ({ caller, path }) => {
    api.repository.failure = inUse;
    const { status, text } = await remove(caller, path);
    expect(status).toBe(409);
    expect(text).toContain('other documents refer to it');
    expect(text).not.toMatch(/crate|itemId|0a/);
  });

  it('names them to a caller that may read them', async () => {
    api.repository.failure = inUse;
    expect((await remove('reader')).body).toMatchObject({
      code: 'document_in_use',
      detail: inUse.message,
      issues: [{ path: '0a' }],
    });
  });
});

describe('a wrong If-Match', () => {
  it('is answered with the revision to a caller that may read the document', async () => {
    const { status, body } = await remove('reader', ONE, '"7"');
    expect(status).toBe(412);
    expect(body.detail).toContain('revision 1');
  });

  it('is answered without the revision to a caller that may not', async () => {
    const { status, body } = await remove('writer', ONE, '"7"');
    expect(status).toBe(412);
    expect(body.detail).not.toMatch(/\d/);
  });
});
