import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runIn, type Run } from '../run.fixture.js';
import { objectsOf, withServer } from '../served.fixture.js';

describe('health', () => {
  it('is good of a server that takes messages', async () => {
    await withServer(async ({ server, run }) => {
      expect(await run(['health'])).toEqual({
        exitCode: 0,
        out: `${server.url} runs, and takes messages\n`,
        err: '',
      });
      expect(objectsOf((await run(['health', '--json'])).out)).toEqual([
        { url: server.url, live: true, ready: true, problems: [] },
      ]);
    });
  });

  it.each<[string, number, object, string]>([
    [
      'a server that takes none',
      503,
      { problems: [{ check: 'storage', problem: 'the disk is full' }] },
      'runs, but takes no messages; publishers keep theirs and try again:\n  storage: the disk is full\n',
    ],
    ['a server that says no more', 503, {}, 'runs, but takes no messages'],
  ])('is not of %s', async (...[, status, body, text]) => {
    await withPages({ '/q/livez': [200, {}], '/q/readyz': [status, body] }, async (url, run) => {
      const { exitCode, out } = await run(['health', '--url', url, '--path', '/q/socket.io/']);
      expect([exitCode, out]).toEqual([69, expect.stringContaining(text)]);
    });
  });

  it('is that of no server', async () => {
    await withPages({}, async (url, run) => {
      const other = await run(['health', '--url', url]);
      expect([other.exitCode, other.out]).toEqual([
        5,
        `${url}: what answers is no queue server: /livez says 404. Start the server, or name it by --url.\n`,
      ]);
    });
    const { exitCode, out } = await runIn('/', ['health', '--json', '--url', 'http://127.0.0.1:1']);
    expect([exitCode, objectsOf(out)]).toEqual([5, [expect.objectContaining({ live: false, ready: false })]]);
  });
});

type Pages = Readonly<Record<string, readonly [status: number, body: object]>>;

/** A web server with these pages. */
const withPages = async (
  pages: Pages,
  use: (url: string, run: (args: readonly string[]) => Promise<Run>) => Promise<void>,
): Promise<void> => {
  const server = createServer((request, response) => {
    const [status, body] = pages[request.url ?? ''] ?? [404, {}];
    response.writeHead(status).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  try {
    await use(`http://127.0.0.1:${port}`, (args) => runIn('/', args));
  } finally {
    server.close();
    await once(server, 'close');
  }
};
