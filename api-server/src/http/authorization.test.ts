import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ModelVerb } from '@typed-queue/program';
import type { Model } from '../models/model.js';
import { models } from '../models/models.js';
import { bearer, keyOf, NOW, openCallers, type Caller, type Callers } from './callers.fixture.js';
import { FakeRepository, fakeTransact } from './fake-repository.fixture.js';
import { pathOf } from './resource.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const ID = '1'.padStart(24, '0');
const TEA = { name: 'Tea', price: 5 };
const MATE = { name: 'Mate', price: 1 };
const EXPIRY = '2026-11-24';

interface Operation {
  readonly method: string;
  /** What follows the model's path. */
  readonly rest: string;
  readonly needed: readonly ModelVerb[];
  readonly body?: unknown;
}

const operations: readonly Operation[] = [
  { method: 'GET', rest: '', needed: ['read'] },
  { method: 'HEAD', rest: '', needed: ['read'] },
  { method: 'POST', rest: '', needed: ['write'], body: MATE },
  { method: 'PATCH', rest: '?name=Tea', needed: ['admin'], body: { price: 6 } },
  { method: 'DELETE', rest: '?name=Tea', needed: ['admin'] },
  { method: 'POST', rest: ':batch', needed: ['write'], body: [MATE] },
  { method: 'GET', rest: `/${ID}`, needed: ['read'] },
  { method: 'HEAD', rest: `/${ID}`, needed: ['read'] },
  { method: 'PUT', rest: `/${ID}`, needed: ['write'], body: { name: 'Tea', price: 6 } },
  { method: 'PATCH', rest: `/${ID}`, needed: ['read', 'write'], body: { price: 6 } },
  { method: 'DELETE', rest: `/${ID}`, needed: ['write'] },
];

const all: readonly ModelVerb[] = ['read', 'write', 'admin'];

interface Role {
  /** As its entry in the keys file says them. */
  readonly entry: Caller['models'];
  /** What these rights are for a model. */
  readonly rightsTo: (model: string) => readonly ModelVerb[];
}

const roles: Readonly<Record<string, Role>> = {
  nobody: { entry: {}, rightsTo: () => [] },
  everything: { entry: { '*': all }, rightsTo: () => all },
  others: { entry: { invoice: all }, rightsTo: () => [] },
  'cat-readers': {
    entry: { 'cat*': ['read'] },
    rightsTo: (model) => (model.startsWith('cat') ? ['read'] : []),
  },
  merged: {
    entry: { '*': ['read'], product: ['write'] },
    rightsTo: (model) => (model === 'product' ? ['read', 'write'] : ['read']),
  },
  ...Object.fromEntries(
    models.flatMap(({ name }) =>
      all.map((verb): [string, Role] => [
        `${name}-${verb}`,
        { entry: { [name]: [verb] }, rightsTo: (model) => (model === name ? [verb] : []) },
      ]),
    ),
  ),
};

const callersOf = (chosen: readonly string[]): Record<string, Caller> =>
  Object.fromEntries(chosen.map((name) => [name, { models: roles[name]?.entry ?? {}, expires: EXPIRY }]));
const everybody = Object.keys(roles);

describe('the matrix of rights', () => {
  let callers: Callers;
  let api: RunningApi;
  const repositories = new Map(models.map(({ name }) => [name, new FakeRepository()]));
  beforeAll(async () => {
    callers = await openCallers(callersOf(everybody));
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

  type Outcome = (model: Model, operation: Operation) => string | Promise<string>;

  /** By model and operation: `done`, or the refusal. */
  const matrix = async (outcome: Outcome): Promise<Record<string, string>> => {
    const outcomes: Record<string, string> = {};
    for (const model of models) {
      for (const operation of operations) {
        const { method, rest } = operation;
        const text = await outcome(model, operation);
        // The answer to a HEAD has no code.
        outcomes[`${model.name} ${method} ${rest}`] = method === 'HEAD' ? text.replace(/ .*/, '') : text;
      }
    }
    return outcomes;
  };

  /** What each operation results in for a caller; the repository is reached when it is done, and only then. */
  const actual = (role: string) =>
    matrix(async (model, { method, rest, body }) => {
      const repository = repositories.get(model.name) ?? new FakeRepository();
      repository.documents.clear();
      await repository.create(TEA);
      repository.calls.splice(0);
      const headers = { ...bearer(keyOf(role)), 'if-match': '*' };
      const answer = await api.ask(method, `${pathOf(model)}${rest}`, { body, headers });
      const outcome = answer.status < 300 ? 'done' : `${answer.status} ${String(answer.body.code)}`;
      expect({ outcome, isReached: repository.calls.length > 0 }).toEqual({
        outcome,
        isReached: outcome === 'done',
      });
      return outcome;
    });

  const byRights = (rights: readonly ModelVerb[], { needed }: Operation): string => {
    if (rights.length === 0) return '404 route_unknown';
    return needed.every((verb) => rights.includes(verb)) ? 'done' : '403 forbidden';
  };

  it.each(everybody)('fresh: %s may do what its rights say', async (role) => {
    const rightsTo = roles[role]?.rightsTo ?? (() => []);
    const expected = await matrix(({ name }, operation) => byRights(rightsTo(name), operation));
    expect(await actual(role)).toEqual(expected);
  });

  it.each(everybody)('%s reaches the parked events only with admin of all models', async (role) => {
    const isAdmin = models.every(({ name }) => roles[role]?.rightsTo(name).includes('admin'));
    for (const [method, path] of [
      ['GET', '/admin/outbox'],
      ['POST', '/admin/outbox/a/retry'],
      ['DELETE', '/admin/outbox/a'],
    ] as const) {
      const { status } = await api.ask(method, path, { headers: bearer(keyOf(role)) });
      expect({ method, isAllowed: status !== 403 }).toEqual({ method, isAllowed: isAdmin });
    }
  });

  it('shows the parked events to nobody without a key', async () => {
    expect(await api.ask('GET', '/admin/outbox')).toMatchObject({ status: 401 });
  });

  it('has a row for every operation that is described', async () => {
    const { body } = await api.ask('GET', '/openapi.json', { headers: bearer(keyOf('everything')) });
    // Safe for a test: this is the structure that it expects.
    const paths = Object.entries(body.paths as Record<string, object>);
    const described = models.flatMap((model) =>
      paths
        .filter(([path]) => path.startsWith(pathOf(model)))
        .flatMap(([path, item]) =>
          Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace('{id}', ID)}`),
        ),
    );
    const rows = models.flatMap((model) =>
      operations
        .filter(({ method }) => method !== 'HEAD')
        .map(({ method, rest }) => `${method} ${pathOf(model)}${rest.replace(/\?.*/, '')}`),
    );
    expect(rows.sort()).toEqual(described.sort());
  });

  it.each(everybody)('expired: %s may do nothing', async (role) => {
    callers.clock.now = Date.parse(EXPIRY);
    const outcomes = await actual(role);
    callers.clock.now = NOW;
    expect(outcomes).toEqual(await matrix(() => '401 auth_expired'));
  });

  describe('when the keys file changes', () => {
    afterEach(() => callers.change(callersOf(everybody)));

    it('a withdrawn key may do nothing', async () => {
      await callers.change(callersOf(everybody.filter((role) => role !== 'everything')));
      expect(await actual('everything')).toEqual(await matrix(() => '401 unauthorized'));
    });

    it.each(everybody)('%s may do nothing when all keys are withdrawn', async (role) => {
      await callers.change({});
      expect(await actual(role)).toEqual(await matrix(() => '401 unauthorized'));
    });

    it('a key that comes back may do what it may now', async () => {
      await callers.change({});
      await callers.change({ everything: { models: { '*': ['read'] } } });
      const expected = await matrix((_, operation) => byRights(['read'], operation));
      expect(await actual('everything')).toEqual(expected);
    });
  });
});
