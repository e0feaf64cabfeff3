import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ModelVerb } from '@typed-queue/program';
import { models } from '../models/models.js';
import { bearer, keyOf, NOW, openCallers, type Caller, type Callers } from './callers.fixture.js';
import { FakeRepository, fakeTransact } from './fake-repository.fixture.js';
import { pathOf } from './resource.js';
import { bodyOf, startApi, type RunningApi } from './running-api.fixture.js';

const ID = '1'.padStart(24, '0');
const TEA = { name: 'Tea', price: 5 };
const EXPIRY = '2026-11-24';

/** Each operation on a model: its method, what follows the model's path, the rights that it needs, and a body. */
const operations: readonly (readonly [string, string, readonly ModelVerb[], unknown?])[] = [
  ['GET', '', ['read']],
  ['HEAD', '', ['read']],
  ['POST', '', ['write'], { name: 'Mate', price: 1 }],
  ['PATCH', '?name=Tea', ['admin'], { price: 6 }],
  ['DELETE', '?name=Tea', ['admin']],
  ['POST', ':batch', ['write'], [{ name: 'Mate', price: 1 }]],
  ['GET', `/${ID}`, ['read']],
  ['HEAD', `/${ID}`, ['read']],
  ['PUT', `/${ID}`, ['write'], { name: 'Tea', price: 6 }],
  ['PATCH', `/${ID}`, ['read', 'write'], { price: 6 }],
  ['DELETE', `/${ID}`, ['write']],
];

const all: readonly ModelVerb[] = ['read', 'write', 'admin'];

/** What each caller has in its entry, and what that comes to for a model. */
const roles: Readonly<Record<string, readonly [Caller['models'], (model: string) => readonly ModelVerb[]]>> =
  {
    nobody: [{}, () => []],
    everything: [{ '*': all }, () => all],
    others: [{ invoice: all }, () => []],
    'cat-readers': [{ 'cat*': ['read'] }, (model) => (model.startsWith('cat') ? ['read'] : [])],
    merged: [
      { '*': ['read'], product: ['write'] },
      (model) => (model === 'product' ? ['read', 'write'] : ['read']),
    ],
    ...Object.fromEntries(
      models.flatMap(({ name }) =>
        all.map((verb) => [
          `${name}-${verb}`,
          [{ [name]: [verb] }, (model: string) => (model === name ? [verb] : [])],
        ]),
      ),
    ),
  };

const entries = Object.fromEntries(
  Object.entries(roles).map(([name, [rights]]): [string, Caller] => [
    name,
    { models: rights, expires: EXPIRY },
  ]),
);

describe('the matrix of rights', () => {
  let callers: Callers;
  let api: RunningApi;
  const repositories = new Map(models.map(({ name }) => [name, new FakeRepository()]));
  beforeAll(async () => {
    callers = await openCallers(entries);
    api = await startApi({
      authenticator: callers.authenticator,
      outbox: { parked: async () => [], retry: async () => true, drop: async () => true },
      resources: models.map((model) => ({
        model,
        transact: fakeTransact,
        repository: repositories.get(model.name) ?? new FakeRepository(),
      })),
    });
  });
  afterAll(async () => {
    await api.close();
    await callers.remove();
  });

  /** What every operation on every model came to for a caller: the code of a refusal, or that it was done. */
  const outcomes = async (role: string): Promise<string[]> => {
    const outcomes: string[] = [];
    for (const model of models) {
      for (const [method, rest, , body] of operations) {
        outcomes.push(`${model.name} ${method} ${rest} ${await outcomeOf(model, role, method, rest, body)}`);
      }
    }
    return outcomes;
  };

  const outcomeOf = async (
    model: (typeof models)[number],
    role: string,
    ...[method, rest, body]: [string, string, unknown]
  ): Promise<string> => {
    const repository = repositories.get(model.name);
    repository?.documents.clear();
    await repository?.create(TEA);
    const before = repository?.calls.splice(0).length;
    expect(before).toBe(1);
    const headers = { ...bearer(keyOf(role)), 'if-match': '*' };
    const response = await api.ask(method, `${pathOf(model)}${rest}`, body, headers);
    const text = await response.text();
    // Safe for a test: it looks at what it expects.
    const { code } = (text === '' ? {} : JSON.parse(text)) as { code?: string };
    const calls = repository?.calls.splice(0).length ?? 0;
    expect(calls > 0).toBe(response.ok);
    return response.ok ? 'done' : `${response.status} ${method === 'HEAD' ? '' : code}`.trimEnd();
  };

  const expected = (
    refusal: (rights: readonly ModelVerb[], needed: readonly ModelVerb[]) => string,
    role: string,
  ) =>
    models.flatMap(({ name }) =>
      operations.map(([method, rest, needed]) => {
        const refused = refusal(roles[role]?.[1](name) ?? [], needed);
        return `${name} ${method} ${rest} ${method === 'HEAD' ? refused.replace(/ .*/, '') : refused}`;
      }),
    );

  const byRights = (rights: readonly ModelVerb[], needed: readonly ModelVerb[]): string => {
    if (rights.length === 0) return '404 route_unknown';
    return needed.every((verb) => rights.includes(verb)) ? 'done' : '403 forbidden';
  };

  it.each(Object.keys(roles))('fresh: %s may do what its rights say', async (role) => {
    expect(await outcomes(role)).toEqual(expected(byRights, role));
  });

  it.each(Object.keys(roles))('%s reaches what is parked with admin of all models only', async (role) => {
    const isAdmin = models.every(({ name }) => roles[role]?.[1](name).includes('admin'));
    for (const [method, path] of [
      ['GET', '/admin/outbox'],
      ['POST', '/admin/outbox/a/retry'],
      ['DELETE', '/admin/outbox/a'],
    ] as const) {
      const response = await api.ask(method, path, undefined, bearer(keyOf(role)));
      expect([role, method, response.status !== 403]).toEqual([role, method, isAdmin]);
    }
    expect((await api.ask('GET', '/admin/outbox')).status).toBe(401);
  });

  it('has a row for every operation that is described', async () => {
    const { paths } = await bodyOf(
      await api.ask('GET', '/openapi.json', undefined, bearer(keyOf('everything'))),
    );
    // Safe for a test: this is the structure that it expects.
    const described = Object.entries(paths as Record<string, object>).flatMap(([path, item]) =>
      models.flatMap((model) =>
        path.startsWith(pathOf(model))
          ? Object.keys(item).map(
              (method) => `${model.name} ${method.toUpperCase()} ${path.slice(pathOf(model).length)}`,
            )
          : [],
      ),
    );
    const rows = models.flatMap(({ name }) =>
      operations
        .filter(([method]) => method !== 'HEAD')
        .map(([method, rest]) => `${name} ${method} ${rest.replace(ID, '{id}').replace(/\?.*/, '')}`),
    );
    expect(rows.sort()).toEqual(described.sort());
  });

  it.each(Object.keys(roles))('expired: %s may do nothing', async (role) => {
    callers.clock.now = Date.parse(EXPIRY);
    const answers = await outcomes(role);
    callers.clock.now = NOW;
    expect(answers).toEqual(expected(() => '401 auth_expired', role));
  });

  it('withdrawn: they may do nothing; given again, they may do what they may now', async () => {
    const { everything, ...others } = entries;
    await callers.change(others);
    expect(await outcomes('everything')).toEqual(expected(() => '401 unauthorized', 'everything'));
    await callers.change({});
    for (const role of Object.keys(others)) {
      expect(await outcomes(role)).toEqual(expected(() => '401 unauthorized', role));
    }
    await callers.change({ ...others, everything: { models: { '*': ['read'] } } });
    expect(await outcomes('everything')).toEqual(
      expected((_, needed) => byRights(['read'], needed), 'everything'),
    );
    await callers.change({ ...others, ...(everything && { everything }) });
  });
});
