import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

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
    const { items } = await bodyOf(await api.ask('GET', path));
    // Safe for a test: it looks at what it expects.
    return (items as { name: string }[]).map(({ name }) => name);
  };

  it('has 50 documents by default, and a link to the next page', async () => {
    const response = await api.ask('GET', `${ITEMS}?active=true&limit=20&sort=-name`);
    const body = await bodyOf(response);
    expect(body.nextCursor).toBe('20');
    const link = response.headers.get('link') ?? '';
    expect(link).toBe(`<${ITEMS}?active=true&limit=20&sort=-name&cursor=20>; rel="next"`);
    const next = await api.ask('GET', link.slice(1, link.indexOf('>')));
    expect(next.headers.get('link')).toBeNull();
    expect(await bodyOf(next)).toMatchObject({ items: { length: 10 }, nextCursor: null });
    expect(await names(ITEMS)).toHaveLength(50);
  });

  it('filters by values of the type of the field', async () => {
    expect(await names(`${ITEMS}?price=3&active=false`)).toEqual(
      ['03', '13', '23', '33', '43', '53'].map((number) => `item-${number}`),
    );
    expect(await names(`${ITEMS}?price=3e%2B0&active=false`)).toHaveLength(6);
    expect(await names(`${ITEMS}?price=0.3E1&active=false`)).toHaveLength(6);
    expect(await names(`${ITEMS}?name=item-07`)).toEqual(['item-07']);
    expect(await names(`${ITEMS}?name=7`)).toEqual([]);
    expect(await names(`${ITEMS}?parts=part%201`)).toEqual(['item-01']);
  });

  it('sorts up and down', async () => {
    expect(await names(`${ITEMS}?sort=name&limit=2`)).toEqual(['item-00', 'item-01']);
    expect(await names(`${ITEMS}?sort=-name&limit=2`)).toEqual(['item-59', 'item-58']);
  });

  it('selects fields, and always includes the id', async () => {
    const { items } = await bodyOf(await api.ask('GET', `${ITEMS}?limit=1&fields=price,revision`));
    expect(items).toEqual([{ id: expect.any(String), price: 0, revision: 1 }]);
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
    const before = api.repository.calls.length;
    const response = await api.ask('GET', `${ITEMS}?${search}`);
    expect([response.status, await bodyOf(response)]).toEqual([
      400,
      expect.objectContaining({ code: 'query_invalid', issues: [{ path, message: expect.any(String) }] }),
    ]);
    expect(api.repository.calls.length).toBe(before);
  });

  it('names all wrong parameters at once', async () => {
    const { issues } = await bodyOf(await api.ask('GET', `${ITEMS}?limit=0&sort=x&price=y`));
    expect(issues).toMatchObject([{ path: 'limit' }, { path: 'sort' }, { path: 'price' }]);
  });

  it('refuses a cursor that is of no use', async () => {
    const response = await api.ask('GET', `${ITEMS}?cursor=nonsense`);
    expect([response.status, (await bodyOf(response)).code]).toEqual([400, 'query_invalid']);
  });
});
