import { describe, expect, it } from '@jest/globals';
import { Authenticator } from '@typed-queue/program';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inputOf, runIn, withFolder } from '../run.fixture.js';
import { objectsOf, withServer } from '../served.fixture.js';

const FILE = ['--file', 'keys.json'];
const entriesOf = async (directory: string): Promise<unknown> =>
  JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8'));

const ALLOW = [
  ...['--allow', 'orders:publish=placed,cancelled', '--allow', 'orders:consume=billing-*'],
  ...['--allow', 'stock:call=reserve,count', '--allow', 'stock:serve'],
  ...['--allow', '*:tail', '--allow', 'model product:read,write'],
];

describe('keys new', () => {
  it('makes a key that the server takes, in a file that only its user can open', async () => {
    await withFolder({}, async (directory) => {
      const { exitCode, out, err } = await runIn(directory, ['keys', 'new', 'billing', ...FILE, ...ALLOW]);
      expect([exitCode, err]).toEqual([0, expect.stringContaining('kill -HUP the server')]);
      const path = join(directory, 'keys.json');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const authenticator = await Authenticator.open({ keysFile: path });
      expect(await authenticator.authenticate(out.trim())).toMatchObject({
        name: 'key:billing',
        rights: {
          queues: {
            orders: { publish: ['placed', 'cancelled'], consume: ['billing-*'], tail: false, admin: false },
            stock: { call: ['reserve', 'count'], serve: ['*'] },
            '*': { tail: true },
          },
          models: { product: ['read', 'write'] },
        },
      });
    });
  });

  it('adds to a file, and keeps its mode and its other entries', async () => {
    const first = { name: 'first', sha256: 'a'.repeat(64), queues: {} };
    await withFolder({ 'keys.json': JSON.stringify({ keys: [first] }) }, async (directory) => {
      await chmod(join(directory, 'keys.json'), 0o640);
      const env = { QUEUE_KEYS_FILE: 'keys.json' };
      const args = ['keys', 'new', 'second', '--expires', '2h', '--json'];
      const { out } = await runIn(directory, args, { env, now: () => Date.UTC(2026, 0, 1) });
      expect(objectsOf(out)).toEqual([
        { name: 'second', key: expect.any(String), file: join(directory, 'keys.json') },
      ]);
      expect(await entriesOf(directory)).toEqual({
        keys: [
          first,
          { name: 'second', sha256: expect.any(String), expires: '2026-01-01T02:00:00.000Z', queues: {} },
        ],
      });
      expect((await stat(join(directory, 'keys.json'))).mode & 0o777).toBe(0o640);
    });
  });

  it('shows the entry where there is no file', async () => {
    const { exitCode, out, err } = await runIn('/', ['keys', 'new', 'a', '--allow', 'orders:admin']);
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^[\w-]{43}\n$/)]);
    expect(err).toMatch(/\n\{"name":"a","sha256":"[\da-f]{64}","queues":\{"orders":\{"admin":true\}\}\}\n$/);
  });

  it.each<[readonly string[], number, string]>([
    [['new'], 64, "error: missing required argument 'name'\n"],
    [['new', 'a b'], 64, 'error: A key cannot have the name "a b"'],
    [['new', 'a', '--allow', 'orders'], 64, 'Write <queue>:publish=<events>'],
    [['new', 'a', '--allow', 'orders:tail=x'], 64, 'Write <queue>:publish=<events>'],
    [['new', 'a', '--allow', 'model product:rea'], 64, 'Write <queue>:publish=<events>'],
    [['new', 'a', '--expires', 'soon'], 64, 'error: --expires "soon": allowed: a time'],
    [['new', 'a', '--expires', '2020-01-01'], 64, 'error: --expires 2020-01-01 is over already\n'],
    [['new', 'old', ...FILE], 1, 'has a key "old" already: choose another name'],
    [['new', 'a', '--file', 'broken.json'], 78, 'broken.json cannot be used: it is not JSON'],
    [['new', 'a', '--file', 'no/keys.json'], 73, 'no/keys.json cannot be written: '],
    [['list'], 64, 'error: name the keys file: --file, or QUEUE_KEYS_FILE\n'],
    [['list', '--file', 'none.json'], 66, 'none.json cannot be read: '],
    [['withdraw', 'new', ...FILE, '--yes'], 3, 'has no key "new"; it has old\n'],
    [['withdraw', 'old', ...FILE], 64, 'there is no terminal: say --yes\n'],
  ])('keys %j is refused', async (args, exitCode, text) => {
    const old = { keys: [{ name: 'old', sha256: 'a'.repeat(64) }] };
    const files = { 'keys.json': JSON.stringify(old), 'broken.json': '{' };
    await withFolder(files, async (directory) => {
      const result = await runIn(directory, ['keys', ...args]);
      expect(result).toMatchObject({ exitCode, out: '' });
      expect(result.err).toContain(text);
      expect(await entriesOf(directory)).toEqual(old);
    });
  });
});

describe('a key with few rights', () => {
  it('does what it is allowed to, and the rest is refused with what to do', async () => {
    await withFolder({}, async (directory) => {
      const rights = ['--allow', 'orders:publish=placed', '--allow', 'empty:admin'];
      const token = (await runIn(directory, ['keys', 'new', 'shop', ...FILE, ...rights])).out.trim();
      const authenticator = await Authenticator.open({ keysFile: join(directory, 'keys.json') });
      await withServer(
        async ({ run }) => {
          const shop = (...args: readonly string[]) => run([...args, '--token', token]);
          expect((await shop('pub', 'orders', 'placed', '{"id":"1","total":1}')).exitCode).toBe(0);
          const other = await shop('pub', 'orders', 'cancelled', '{"id":"1"}');
          expect([other.exitCode, other.err]).toEqual([3, expect.stringContaining('it has placed.')]);
          const purge = await shop('purge', 'orders', '--yes');
          expect([purge.exitCode, purge.err]).toEqual([4, expect.stringContaining('or a profile.\n')]);
          // Of the queues that it administers; the others are named.
          const groups = await shop('groups', 'list');
          expect([groups.exitCode, groups.out]).toEqual([0, '']);
          expect(groups.err).toMatch(/^orders: .+ \(forbidden\)\nno group\n$/);
        },
        { authenticator },
      );
    });
  });
});

describe('keys list and withdraw', () => {
  const keys = [
    {
      name: 'a',
      sha256: 'a'.repeat(64),
      queues: { orders: { publish: ['*'], call: ['a', 'b'], serve: ['c'], admin: true } },
    },
    { name: 'b', sha256: 'b'.repeat(64), expires: '2020-01-01', models: { product: ['read'] } },
  ];
  const files = { 'keys.json': JSON.stringify({ keys }) };

  it('show rights and expiry, and no digest', async () => {
    await withFolder(files, async (directory) => {
      const { out } = await runIn(directory, ['keys', 'list', ...FILE]);
      expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
        ['NAME', 'EXPIRES', 'RIGHTS'],
        ['a', 'never', 'orders: publish * + call a,b + serve c + admin'],
        ['b', '2020-01-01T00:00:00.000Z (expired)', 'model product: read'],
        [''],
      ]);
      expect(objectsOf((await runIn(directory, ['keys', 'list', ...FILE, '--json'])).out)).toMatchObject([
        { name: 'a', expires: null, isValid: true, queues: { orders: { admin: true } } },
        { name: 'b', isValid: false, models: { product: ['read'] } },
      ]);
    });
  });

  it('remove one that is confirmed', async () => {
    await withFolder(files, async (directory) => {
      const terminal = {
        stdin: { ...inputOf(), isTerminal: true },
        stderr: { write: () => undefined, isTerminal: true },
        ask: async () => 'y',
      };
      expect(await runIn(directory, ['keys', 'withdraw', 'a', ...FILE], terminal)).toMatchObject({
        exitCode: 0,
        out: 'withdrawn: a\n',
      });
      expect(await entriesOf(directory)).toEqual({ keys: [keys[1]] });
    });
  });
});
