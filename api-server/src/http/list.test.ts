import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ITEMS = '/api/v1/items';

describe('a list', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi();
    for (let number = 0; number < 60; number++) {
      const name = `item-${String(number).padStart(2, '0')}`;
      const parts = number < 3 ? ['lid', `part ${number}`] : [];
      await api.repository.create({ name, price: number % 5, active: number % 2 === 0, parts });
    }
  });
  afterAll(() => api.close());

  const names = async (path: string): Promise<unknown[]> => {
    const { body } = await api.ask('GET', path);
    // Safe for a test: it looks at what it expects.
    return (body.items as { name: string }[]).map(({ name }) => name);
  };

  it('has 50 documents by default', async () => {
    expect(await names(ITEMS)).toHaveLength(50);
  });

  it('has a cursor and a link to the next page', async () => {
    const path = `${ITEMS}?active=true&limit=20&sort=-name`;
    expect(await api.ask('GET', path)).toMatchObject({
      headers: { link: `<${path}&cursor=20>; rel="next"` },
      body: { nextCursor: '20' },
    });
  });

  it('has no cursor and no link on its last page', async () => {
    const last = await api.ask('GET', `${ITEMS}?active=true&limit=20&sort=-name&cursor=20`);
    expect(last.body).toMatchObject({ items: { length: 10 }, nextCursor: null });
    expect(last.headers).not.toHaveProperty('link');
  });

  it.each([
    {
      search: 'price=3&active=false',
      found: ['item-03', 'item-13', 'item-23', 'item-33', 'item-43', 'item-53'],
    },
    { search: 'price=3e%2B0&name=item-03', found: ['item-03'] },
    { search: 'price=0.3E1&name=item-03', found: ['item-03'] },
    { search: 'name=item-07', found: ['item-07'] },
    { search: 'name=7', found: [] },
    { search: 'parts=part%201', found: ['item-01'] },
  ])('filters by values of the type of the field: $search', async ({ search, found }) => {
    expect(await names(`${ITEMS}?${search}`)).toEqual(found);
  });

  it('sorts up and down', async () => {
    expect(await names(`${ITEMS}?sort=name&limit=2`)).toEqual(['item-00', 'item-01']);
    expect(await names(`${ITEMS}?sort=-name&limit=2`)).toEqual(['item-59', 'item-58']);
  });

  it('selects fields, and always includes the id', async () => {
    const { body } = await api.ask('GET', `${ITEMS}?limit=1&fields=price,revision`);
    expect(body.items).toEqual([{ id: expect.any(String), price: 0, revision: 1 }]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=999999999999999999999', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['sort=note', 'sort'],
    ['sort=--name', 'sort'],
    ['sort=__proto__', 'sort'],
    ['fields=name,secret', 'fields'],
    ['fields=', 'fields'],
    ['cursor=', 'cursor'],
    ['cursor=a%20b', 'cursor'],
    [`cursor=${'x'.repeat(1025)}`, 'cursor'],
    ['note=x', 'note'],
    ['price[$gt]=0', 'price[$gt]'],
    ['price=%7B%22%24gt%22%3A0%7D', 'price'],
    ['price=1.5', 'price'],
    ['price=1e999', 'price'],
    ['price=0x10', 'price'],
    ['active=1', 'active'],
    ['name=', 'name'],
    ['name=a%00b', 'name'],
    ['$where=sleep(1000)', '$where'],
    ['__proto__=x', '__proto__'],
    ['constructor=x', 'constructor'],
    ['page=2', 'page'],
  ])('refuses ?%s', async (search, path) => {
    api.repository.calls.splice(0);
    const issues = [{ path, message: expect.any(String) }];
    const refused = { status: 400, body: { code: 'query_invalid', issues } };
    expect(await api.ask('GET', `${ITEMS}?${search}`)).toMatchObject(refused);
    expect(api.repository.calls).toEqual([]);
  });

  it('names all wrong parameters at once', async () => {
    const { body } = await api.ask('GET', `${ITEMS}?limit=0&sort=x&price=y`);
    expect(body.issues).toMatchObject([{ path: 'limit' }, { path: 'sort' }, { path: 'price' }]);
  });

  it('refuses a cursor that is of no use', async () => {
    const refused = { status: 400, body: { code: 'query_invalid' } };
    expect(await api.ask('GET', `${ITEMS}?cursor=nonsense`)).toMatchObject(refused);
  });
});
