import { describe, expect, it } from '@jest/globals';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runIn, withFolder, type Run } from '../run.fixture.js';
import { withServer } from '../served.fixture.js';
import type { Machine } from '../machine.js';

const KEY = 'correct-horse-battery';
const NOWHERE = 'http://127.0.0.1:1';

const queuesIn = (directory: string, args: readonly string[] = [], machine: Partial<Machine> = {}) =>
  runIn(directory, ['queues', '--json', ...args], machine);
const isConnected = ({ exitCode, out }: Run): boolean => exitCode === 0 && out.includes('"orders"');

/** A server that asks for a key, and a folder with a profile. */
const withProfile = (
  profile: (url: string) => object,
  use: (directory: string, url: string) => Promise<void>,
): Promise<void> =>
  withServer(
    async ({ server: { url } }) => {
      await withFolder({ key: `${KEY}\n`, wrong: 'wrong-horse-battery' }, async (directory) => {
        await writeFile(join(directory, '.typed-queue.json'), JSON.stringify(profile(url)), { mode: 0o600 });
        await use(directory, url);
      });
    },
    { keys: [KEY] },
  );

describe('the server and the token', () => {
  it('are those of the profile, in the working directory or above', async () => {
    await withProfile(
      (url) => ({ url, token: KEY }),
      async (directory) => {
        const below = join(directory, 'a', 'b');
        await mkdir(below, { recursive: true });
        for (const place of [directory, below]) {
          const result = await queuesIn(place);
          expect(result.err).toBe('');
          expect(isConnected(result)).toBe(true);
        }
      },
    );
  });

  it('are read from files, whose paths begin at the profile, or at the working directory', async () => {
    await withProfile(
      (url) => ({ url, tokenFile: 'key' }),
      async (directory, url) => {
        await mkdir(join(directory, 'a'));
        expect(isConnected(await queuesIn(join(directory, 'a')))).toBe(true);
        expect(isConnected(await queuesIn(directory, ['--url', url, '--token-file', 'key']))).toBe(true);
        const env = { QUEUE_URL: url, QUEUE_TOKEN_FILE: 'key' };
        expect(isConnected(await queuesIn(directory, [], { env }))).toBe(true);
      },
    );
  });

  it('are options before variables before the profile', async () => {
    await withProfile(
      () => ({ url: NOWHERE, tokenFile: 'wrong' }),
      async (directory, url) => {
        const env = { QUEUE_URL: url, QUEUE_TOKEN: KEY };
        expect(isConnected(await queuesIn(directory, [], { env }))).toBe(true);
        const wrong = { QUEUE_URL: NOWHERE, QUEUE_TOKEN: 'wrong-horse-battery' };
        expect(isConnected(await queuesIn(directory, ['--url', url, '--token', KEY], { env: wrong }))).toBe(
          true,
        );
        expect(await queuesIn(directory, [], { env: { QUEUE_URL: '' } })).toMatchObject({ exitCode: 5 });
      },
    );
  });

  it('warns of a token that others can read', async () => {
    await withProfile(
      (url) => ({ url, token: KEY }),
      async (directory) => {
        const path = join(directory, '.typed-queue.json');
        await chmod(path, 0o644);
        const { uid } = await stat(path);
        const { err, exitCode } = await queuesIn(directory, [], { uid });
        expect([exitCode, err]).toEqual([
          0,
          `warning: other users of this machine can read the token in ${path}: chmod 600 ${path}\n`,
        ]);
      },
    );
  });

  it('gives the token of the profile to no other server', async () => {
    await withProfile(
      () => ({ token: KEY }),
      async (directory, url) => {
        const { exitCode, err } = await queuesIn(directory, ['--url', url]);
        expect(exitCode).toBe(4);
        expect(err).toContain(
          `warning: the token of .typed-queue.json is for http://localhost:3333: ${url} does not get it\n`,
        );
      },
    );
  });

  it('does not use the profile of another user', async () => {
    await withProfile(
      (url) => ({ url, token: KEY }),
      async (directory, url) => {
        const path = join(directory, '.typed-queue.json');
        const stranger = { ...(await import('node:fs/promises')), stat: statAs(4711) };
        const args = ['--url', url, '--token', KEY];
        const { exitCode, err } = await queuesIn(directory, args, { uid: 1000, fs: stranger });
        expect([exitCode, err]).toEqual([0, `warning: ${path} belongs to another user and is not used\n`]);
      },
    );
  });

  it.each<[string, string, string]>([
    ['that is no JSON', '{', 'is not JSON'],
    ['with an unknown field', '{"tokn":"x"}', ': Unrecognized key: "tokn"'],
    [
      'with a wrong path',
      '{"path":"x"}',
      'error: "path" of .typed-queue.json: "x": a path begins with a slash',
    ],
    ['with two tokens', '{"token":"x","tokenFile":"y"}', '"token" and "tokenFile": leave one of them out'],
    [
      'with a wrong URL',
      '{"url":"localhost"}',
      '.typed-queue.json: url: allowed: an http:// or https:// URL',
    ],
  ])('refuses a profile %s', async (_, profile, problem) => {
    await withFolder({ '.typed-queue.json': profile }, async (directory) => {
      const { exitCode, out, err } = await queuesIn(directory);
      expect([exitCode, out]).toEqual([78, '']);
      expect(err).toContain(problem);
      expect(err).toMatch(/^error: [^\n]+\n$/);
    });
  });

  it.each<[string, readonly string[], number, string]>([
    [
      'a URL with a path',
      ['--url', 'http://x/y'],
      64,
      'error: --url "http://x/y": allowed: a URL without a path\n',
    ],
    [
      'two tokens',
      ['--token', 'a', '--token-file', 'b'],
      64,
      'error: --token and --token-file: leave one of',
    ],
    ['a wrong path', ['--path', 'x'], 64, 'error: --path: "x": a path begins with a slash'],
    ['an empty file', ['--token-file', '/dev/null'], 66, 'error: /dev/null is empty: '],
    ['a missing file', ['--token-file', '/no'], 66, 'error: /no cannot be read: '],
    ['a missing authority', ['--ca', '/no'], 66, 'error: /no cannot be read: '],
    ['no time', ['--timeout', '0'], 64, 'Write seconds: 10, or 0.5.\n'],
    ['a time in other digits', ['--timeout', '0x10'], 64, 'Write seconds: 10, or 0.5.\n'],
    ['no server', ['--url', NOWHERE], 5, `error: no queue server at ${NOWHERE}: connect ECONNREFUSED`],
  ])('refuses %s', async (...[, args, exitCode, text]) => {
    const result = await queuesIn('/', args);
    expect(result).toMatchObject({ exitCode, out: '' });
    expect(result.err).toContain(text);
  });

  it('says that the server has no TLS', async () => {
    await withServer(async ({ server }) => {
      const url = server.url.replace('http:', 'https:');
      const { exitCode, err } = await queuesIn('/', ['--url', url]);
      expect([exitCode, err]).toEqual([
        69,
        `error: the server at ${url} has no TLS: write ${server.url}, or correct the port\n`,
      ]);
    });
  });

  it('gives up when nothing answers in time', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    // Safe: a server that listens on a port has an address of this kind.
    const { port } = silent.address() as AddressInfo;
    try {
      const url = `http://127.0.0.1:${port}`;
      const { exitCode, err } = await queuesIn('/', ['--url', url, '--timeout', '0.05']);
      expect([exitCode, err]).toEqual([5, expect.stringContaining(`at ${url}: no answer within 0.05 s`)]);
    } finally {
      // Only when the command has closed its connection, too.
      silent.close();
      await once(silent, 'close');
    }
  });
});

/** As `stat` of a file that belongs to this user. */
const statAs = (uid: number): Machine['fs']['stat'] =>
  // Safe: only what the commands use of it.
  (async (path: string) => Object.assign(await stat(path), { uid })) as Machine['fs']['stat'];
