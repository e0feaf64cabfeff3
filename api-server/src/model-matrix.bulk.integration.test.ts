import { describe, expect, it } from '@jest/globals';
import type { Body } from './http/requests.fixture.js';
import { fresh, useWarehouses, WAREHOUSES as ALL } from './model-matrix.fixture.js';

const { ask, fields } = useWarehouses();

describe('many documents of a model with every kind of field', () => {
  const patch = { size: { width: 9 } };

  /** Creates three, found by a manager of their own. */
  const createThree = async () => {
    const manager = fresh('Zoe ');
    const { status, body } = await ask(
      'POST',
      `${ALL}:batch`,
      Array.from({ length: 3 }, () => fields({ manager })),
    );
    expect(status).toBe(201);
    // Safe for a test: it looks at what it expects.
    const items = body.items as Body[];
    return { items, ids: items.map(({ id }) => id), path: `${ALL}?manager=${encodeURIComponent(manager)}` };
  };

  it('are created in bulk', async () => {
    expect((await createThree()).items).toMatchObject([{ revision: 1 }, { revision: 1 }, { revision: 1 }]);
  });

  it.each([{ method: 'PATCH', body: patch }, { method: 'DELETE' }])(
    'are not changed by a dry run of $method',
    async ({ method, body }) => {
      const { items, ids, path } = await createThree();
      expect((await ask(method, `${path}&dryRun=true`, body)).body).toEqual({
        dryRun: true,
        matched: 3,
        ids,
      });
      expect((await ask('GET', path)).body.items).toEqual(items);
    },
  );

  it('are named by a dry run that would be refused', async () => {
    const { ids, path } = await createThree();
    const issues = ids.map((id) => ({ path: `${String(id)}.kind` }));
    const refused = { status: 422, body: { issues } };
    expect(await ask('PATCH', `${path}&dryRun=true`, { kind: 'x' })).toMatchObject(refused);
  });

  it('are patched in bulk', async () => {
    const { ids, path } = await createThree();
    expect((await ask('PATCH', path, patch)).body).toEqual({ dryRun: false, matched: 3, ids });
    const items = ids.map((id) => ({ id, revision: 2, size: { width: 9 } }));
    expect((await ask('GET', path)).body).toMatchObject({ items });
  });

  it('are not changed by the same patch again', async () => {
    const { path } = await createThree();
    await ask('PATCH', path, patch);
    expect((await ask('PATCH', path, patch)).body).toEqual({ dryRun: false, matched: 3, ids: [] });
  });

  it('are deleted in bulk', async () => {
    const { ids, path } = await createThree();
    expect((await ask('DELETE', path)).body).toEqual({ dryRun: false, matched: 3, ids });
    expect((await ask('GET', path)).body.items).toEqual([]);
  });
});
