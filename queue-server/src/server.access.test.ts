import { afterEach, describe, expect, it } from '@jest/globals';
import { plainClient } from './plain-client.fixture.js';
import { rawRequest, UPGRADE, type RawAnswer } from './raw-http.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const POLLING = '/socket.io/?EIO=4&transport=polling';
const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket';
const EVIL = 'Origin: http://evil.example';

let server: TestServer;
const started: TestServer[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

const start = async (options: Parameters<typeof startTestServer>[0] = {}): Promise<void> => {
  server = await startTestServer(options);
  started.push(server);
};
const port = (): string => new URL(server.url).port;

/** Its status and code; 101: it came in. */
const outcomeOf = ({ status, body }: RawAnswer): [number, unknown] => {
  if (status === 101) return [101, 'open'];
  // Safe: every refusal is an error in its wire form.
  return [status, (JSON.parse(body) as { code?: unknown }).code];
};
const upgrade = async (...headers: readonly string[]): Promise<[number, unknown]> =>
  outcomeOf(await rawRequest(server.url, WEBSOCKET, [...UPGRADE, ...headers]));
const host = (name = '127.0.0.1'): string => `Host: ${name}:${port()}`;

const OPEN = [101, 'open'];
const FOREIGN_ORIGIN = [403, 'origin_refused'];
const FOREIGN_HOST = [403, 'host_refused'];

describe('a server takes websocket only', () => {
  it.each([
    ['a poll', POLLING],
    ['a poll of JSONP', `${POLLING}&j=0`],
    ['a poll with a sid', `${POLLING}&sid=lv_VI97HAXpY6yYWAAAC`],
    ['a websocket without its upgrade', WEBSOCKET],
  ])('and says to %s what to do', async (_, target) => {
    await start();
    const answer = await rawRequest(server.url, target, [host()]);
    expect(outcomeOf(answer)).toEqual([400, 'transport_unsupported']);
    expect(answer.body).toContain("transports: ['websocket']");
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
  });

  it('and lets a page of a listed origin read that', async () => {
    await start({ origins: ['https://shop.example'] });
    const { headers } = await rawRequest(server.url, POLLING, [host(), 'Origin: https://shop.example']);
    expect(headers['access-control-allow-origin']).toBe('https://shop.example');
  });

  it('and refuses a page of another origin before that', async () => {
    await start();
    const answer = await rawRequest(server.url, POLLING, [host(), EVIL]);
    expect(outcomeOf(answer)).toEqual(FOREIGN_ORIGIN);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('a server without keys', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]'])(
    'lets programs and its own pages in by the name %s',
    async (name) => {
      await start();
      expect(await upgrade(host(name))).toEqual(OPEN);
      expect(await upgrade(host(name), `Origin: http://${name}:${port()}`)).toEqual(OPEN);
    },
  );

  it('lets no other page in: neither by the handshake nor by an upgrade of a connection that is there', async () => {
    await start();
    const { socket } = await plainClient(server.url);
    const { id } = socket.io.engine;
    for (const origin of [
      'http://evil.example',
      'null',
      'http://localhost:1',
      `https://127.0.0.1:${port()}`,
    ]) {
      expect(await upgrade(host(), `Origin: ${origin}`)).toEqual(FOREIGN_ORIGIN);
      const again = await rawRequest(server.url, `${WEBSOCKET}&sid=${id}`, [
        ...[...UPGRADE, host(), `Origin: ${origin}`],
      ]);
      expect(outcomeOf(again)).toEqual(FOREIGN_ORIGIN);
    }
    socket.disconnect();
  });

  it('lets pages of listed origins in', async () => {
    await start({ origins: ['http://evil.example'] });
    expect(await upgrade(host(), EVIL)).toEqual(OPEN);
    expect(await upgrade(host(), 'Origin: http://other.example')).toEqual(FOREIGN_ORIGIN);
  });

  it('answers to no name that leads to it but is not its own', async () => {
    await start();
    const name = host('evil.example');
    expect(await upgrade(name)).toEqual(FOREIGN_HOST);
    expect(await upgrade(name, `Origin: http://evil.example:${port()}`)).toEqual(FOREIGN_HOST);
    for (const target of [POLLING, '/', '/metrics']) {
      expect(outcomeOf(await rawRequest(server.url, target, [name]))).toEqual(FOREIGN_HOST);
    }
  });

  it('answers to names that it is given', async () => {
    await start({ allowedHosts: ['queue-server'] });
    expect(await upgrade(host('queue-server'))).toEqual(OPEN);
    expect(await upgrade(host('queue-server'), `Origin: http://queue-server:${port()}`)).toEqual(OPEN);
    expect(await upgrade(host('evil.example'))).toEqual(FOREIGN_HOST);
  });

  it.each([
    ['no Host', () => []],
    ['two', () => [host(), host()]],
    ['two that differ', () => [host(), host('evil.example')]],
    ['one that is none', () => ['Host: a/b']],
  ])('refuses a request with %s', async (_, headers) => {
    await start();
    expect(await upgrade(...headers())).toEqual([400, 'request_invalid']);
    expect(outcomeOf(await rawRequest(server.url, '/', headers()))).toEqual([400, 'request_invalid']);
  });

  it('reports by any name and to any page whether it is live and ready', async () => {
    await start();
    const evil = host('evil.example');
    for (const path of ['/livez', '/readyz']) {
      for (const headers of [[evil, EVIL], [host()], [], [...UPGRADE, evil]]) {
        expect((await rawRequest(server.url, path, headers)).status).toBe(200);
      }
    }
    expect(outcomeOf(await rawRequest(server.url, '/', [...UPGRADE, evil]))).toEqual(FOREIGN_HOST);
  });
});

describe('a server with keys', () => {
  it('may be called by any name, of which only its own make an origin its own', async () => {
    await start({ keys: ['key-of-the-logger'] });
    expect(await upgrade(host('queue.example'))).toEqual(OPEN);
    expect(await upgrade(host('queue.example'), `Origin: http://queue.example:${port()}`)).toEqual(
      FOREIGN_ORIGIN,
    );
    expect(await upgrade(host(), `Origin: http://127.0.0.1:${port()}`)).toEqual(OPEN);
    expect(await upgrade(host(), EVIL)).toEqual(FOREIGN_ORIGIN);
  });
});

describe('forwarded headers', () => {
  const forwarded = ['X-Forwarded-Proto: https', 'X-Forwarded-Host: queue.example'];
  const own = 'Origin: https://queue.example';

  it('count for nothing where no proxy is declared', async () => {
    await start({ allowedHosts: ['queue.example'] });
    expect(await upgrade(host(), ...forwarded)).toEqual(OPEN);
    expect(await upgrade(host(), ...forwarded, own)).toEqual(FOREIGN_ORIGIN);
    expect(await upgrade(host('evil.example'), ...forwarded)).toEqual(FOREIGN_HOST);
  });

  it("show the server's own origin through a declared proxy, and hide no foreign name", async () => {
    await start({ allowedHosts: ['queue.example'], trustedProxies: 1 });
    expect(await upgrade(host(), ...forwarded, own)).toEqual(OPEN);
    expect(await upgrade(host(), ...forwarded, EVIL)).toEqual(FOREIGN_ORIGIN);
    expect(await upgrade(host('evil.example'), ...forwarded)).toEqual(FOREIGN_HOST);
    expect(await upgrade(host(), 'X-Forwarded-Host: evil.example')).toEqual(FOREIGN_HOST);
  });
});
