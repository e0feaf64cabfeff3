import { describe, expect, it } from '@jest/globals';
import { contract, newId, type ClientToServerEvents, type Contract } from '@typed-queue/contracts';
import { encodeFrame, type Result } from '@typed-queue/contracts/wire';
import type { PlainClient } from '../plain-client.fixture.js';
import { keyHolders, keyOf, type Entry } from './key-holders.fixture.js';

const holders = keyHolders();

const QUEUES = Object.keys(contract);
const EXPIRES = '2026-02-01';
const YEAR_MS = 365 * 86_400_000;
const EVENT = 'error';

/** What a role may do, and where. */
type Grant = Readonly<
  Record<
    string,
    {
      publish?: string[];
      consume?: string[];
      tail?: boolean;
      admin?: boolean;
      call?: string[];
      serve?: string[];
    }
  >
>;

const all = { publish: ['*'], consume: ['*'], tail: true, admin: true, call: ['*'], serve: ['*'] };
const ROLES: Readonly<Record<string, Grant>> = {
  nothing: {},
  publisher: { files: { publish: [EVENT] } },
  member: { files: { consume: ['a'] } },
  reader: { database: { tail: true } },
  operator: { database: { admin: true } },
  caller: { files: { call: ['*'] } },
  responder: { files: { serve: ['*'] } },
  mixed: { files: { publish: ['e*'], tail: true }, 'data*': { consume: ['*'] } },
  everything: { '*': all },
};

const ANY = ['publish', 'consume', 'tail', 'admin', 'call', 'serve'] as const;

/** What each request needs: a right to the queue that it names, any right to it, or none. */
const REQUESTS: Record<
  keyof ClientToServerEvents<Contract>,
  {
    readonly needs: readonly (typeof ANY)[number][] | 'no right' | 'no token';
    readonly args: (queue: string, role: string) => readonly unknown[];
  }
> = {
  publish: { needs: ['publish'], args: (queue) => [queue, { event: EVENT, payload: {} }] },
  'publish:frame': {
    needs: ['publish'],
    args: (queue) => [queue, encodeFrame([{ id: newId(), event: EVENT, payload: '{}' }]).bytes],
  },
  'publish:batch': { needs: ['publish'], args: (queue) => [queue, [{ event: EVENT, payload: {} }]] },
  'publish:batch:frame': {
    needs: ['publish'],
    args: (queue) => [queue, encodeFrame([{ id: newId(), event: EVENT, payload: '{}' }]).bytes],
  },
  'publish:expected': { needs: ['publish'], args: (queue) => [queue, [{ event: EVENT, payload: {} }], 0] },
  'publish:expected:frame': {
    needs: ['publish'],
    args: (queue) => [queue, encodeFrame([{ id: newId(), event: EVENT, payload: '{}' }]).bytes, 0],
  },
  schedule: {
    needs: ['publish'],
    args: (queue) => [queue, { event: EVENT, payload: {}, delayMs: 0 }],
  },
  scheduled: { needs: ['admin'], args: (queue) => [queue, {}] },
  'scheduled:peek': { needs: ['admin'], args: (queue) => [queue, newId()] },
  'scheduled:cancel': { needs: ['admin'], args: (queue) => [queue, newId()] },
  schedules: { needs: ['admin'], args: (queue) => [queue] },
  'schedules:put': { needs: ['admin'], args: (queue) => [queue, 'x', { cron: '' }] },
  'schedules:delete': { needs: 'no right', args: () => ['x'] },
  subscribe: {
    needs: ['consume'],
    args: (queue) => [{ subscription: `${queue} a`, queue, group: 'a' }],
  },
  tail: { needs: ['tail'], args: (queue) => [{ subscription: `${queue} tail`, queue, from: 'start' }] },
  pause: { needs: 'no right', args: () => ['s'] },
  settle: { needs: 'no right', args: () => ['s', []] },
  position: { needs: 'no token', args: () => ['s', 1] },
  unsubscribe: { needs: 'no right', args: () => ['s'] },
  call: { needs: ['call'], args: (queue) => [queue, { call: 'x', input: 1 }] },
  // Each of the calls is answered by itself.
  calls: { needs: ANY, args: (queue) => [queue, [{ id: 1, call: 'x', input: '1' }]] },
  'call:cancel': { needs: 'no token', args: () => [[1]] },
  'call:more': { needs: 'no token', args: () => [1, 1] },
  serve: { needs: ['serve'], args: (queue) => [{ responder: 'r', queue, calls: ['x'] }] },
  'serve:end': { needs: 'no right', args: () => ['r'] },
  replies: { needs: 'no token', args: () => [[]] },
  services: { needs: ['admin'], args: (queue) => [queue] },
  queues: { needs: 'no right', args: () => [] },
  overview: { needs: 'no right', args: () => [{}] },
  history: { needs: 'no right', args: () => [{}] },
  message: { needs: ['tail'], args: (queue) => [queue, 1] },
  'seq-at': { needs: ['tail', 'admin'], args: (queue) => [queue, 'now'] },
  contract: { needs: ANY, args: (queue) => [queue] },
  'contract:clients': { needs: ['admin'], args: (queue) => [queue] },
  groups: { needs: ['consume', 'admin'], args: (queue) => [queue, {}] },
  'group:seek': { needs: ['admin'], args: (queue) => [queue, 'x', 'now'] },
  'group:pause': { needs: ['admin'], args: (queue) => [queue, 'x'] },
  'group:resume': { needs: ['admin'], args: (queue) => [queue, 'x'] },
  'group:delete': { needs: ['admin'], args: (queue) => [queue, 'x'] },
  'queue:purge': { needs: ['admin'], args: (queue) => [queue, null] },
  'dead-letters': { needs: ['admin'], args: (queue) => [queue, {}] },
  'dead-letters:summary': { needs: ['admin'], args: (queue) => [queue] },
  'dead-letters:redrive': { needs: ['admin'], args: (queue) => [queue, {}] },
  'dead-letters:discard': { needs: ['admin'], args: (queue) => [queue, {}] },
  // Last: the token is valid again after it.
  authenticate: { needs: 'no token', args: (_queue, role) => [{ token: keyOf(role) }] },
};

const REFUSALS = ['queue_unknown', 'forbidden', 'auth_expired', 'unauthorized'];

/** What became of a request, as far as rights go. */
const outcomeOf = (result: Result<unknown>): string =>
  result.ok || !REFUSALS.includes(result.error.code) ? 'granted' : result.error.code;

const grantOf = (role: string, queue: string): Grant[string] | undefined =>
  Object.entries(ROLES[role] ?? {}).find(([of]) =>
    of.endsWith('*') ? queue.startsWith(of.slice(0, -1)) : of === queue,
  )?.[1];

const expectedOf = (role: string, queue: string, needs: (typeof REQUESTS)['publish']['needs']): string => {
  if (typeof needs === 'string') return 'granted';
  const grant = grantOf(role, queue);
  if (grant === undefined) return 'queue_unknown';
  return needs.some((verb) => grant[verb] !== undefined) ? 'granted' : 'forbidden';
};

/** Every request, to every queue. */
const rows = QUEUES.flatMap((queue) =>
  Object.entries(REQUESTS).map(([request, { needs, args }]) => ({ queue, request, needs, args })),
).filter(({ request, queue }) => request !== 'authenticate' || queue === QUEUES.at(-1));

const tableOf = async (client: PlainClient, role: string): Promise<Record<string, string>> => {
  const table: Record<string, string> = {};
  for (const { queue, request, args } of rows) {
    table[`${request} ${queue}`] = outcomeOf(await client.ask(request, ...args(queue, role)));
  }
  return table;
};

const expectedTable = (role: string, refusal?: string): Record<string, string> =>
  Object.fromEntries(
    rows.map(({ queue, request, needs }) => {
      const expected =
        refusal === undefined || needs === 'no token' ? expectedOf(role, queue, needs) : refusal;
      return [
        `${request} ${queue}`,
        refusal !== undefined && request === 'authenticate' ? refusal : expected,
      ];
    }),
  );

const entries: readonly Entry[] = Object.entries(ROLES).map(([name, queues]) => ({
  name,
  queues,
  expires: EXPIRES,
}));

describe.each(Object.keys(ROLES))('the rights of the role %s', (role) => {
  it('hold on a fresh connection', async () => {
    await holders.rewrite(...entries);
    expect(await tableOf(await holders.client(keyOf(role)), role)).toEqual(expectedTable(role));
  });

  it('hold on a connection that resumes another', async () => {
    await holders.rewrite(...entries);
    const secret = 's'.repeat(32);
    const before = await holders.client(keyOf(role), { secret });
    await before.ask('subscribe', { subscription: 's', queue: 'files', group: 'a' });
    before.socket.disconnect();
    expect(await tableOf(await holders.client(keyOf(role), { secret }), role)).toEqual(expectedTable(role));
  });

  it('end when the key expires', async () => {
    await holders.rewrite(...entries);
    const client = await holders.client(keyOf(role));
    holders.time.pass(YEAR_MS);
    expect(await tableOf(client, role)).toEqual(expectedTable(role, 'auth_expired'));
  });

  it('end when the key is withdrawn', async () => {
    await holders.rewrite(...entries);
    const client = await holders.client(keyOf(role));
    await holders.rewrite(...entries.filter(({ name }) => name !== role));
    expect(await tableOf(client, role)).toEqual(expectedTable(role, 'unauthorized'));
  });
});
