import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { accessPolicy } from '@typed-queue/program';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Server } from 'node:net';
import { Audit } from '../access/audit.js';
import { HTTP_STATUSES } from '../access/http-refusal.js';
import { RefusalCounts } from '../access/refusal-counts.js';
import { filterRequests } from '../access/request-filter.js';
import { rawRequest, UPGRADE } from '../raw-http.fixture.js';
import { healthPages } from '../http/health-pages.js';
import { servePages } from '../http/pages.js';
import { startTestServer, type TestServer } from '../testing.js';
import { readProtocolDocument, tableOf, type ProtocolDocument } from './document.fixture.js';

const HOST = 'Host: 127.0.0.1';
const TARGET = '/socket.io/?EIO=4&transport=websocket';

let document: ProtocolDocument;
beforeAll(async () => {
  document = await readProtocolDocument();
});

describe('the refusals over HTTP', () => {
  it('are those of the document', () => {
    const rows = tableOf(document, 'status', '`code`', 'because');
    const listed = rows.map(([status = '', code = '']) => [code.replaceAll('`', ''), Number(status)]);
    expect(Object.fromEntries(listed)).toEqual(HTTP_STATUSES);
  });

  it('of an address with too many connections is 429, with the time to wait', async () => {
    const http = createServer();
    http.on('upgrade', () => undefined);
    filterRequests(http, {
      policy: accessPolicy({ host: '127.0.0.1', allowedHosts: [], origins: [], keysRequired: false }),
      trustedProxies: 0,
      socketPath: '/socket.io/',
      refusals: new RefusalCounts(),
      audit: new Audit({ log: () => undefined, after: () => () => undefined }),
      takeHandshake: () => {
        throw new QueueError('rate_limited', 'Too many.', { details: { retryAfterMs: 1_200 } });
      },
    });
    const url = await listening(http);
    const { status, headers, body } = await rawRequest(url, TARGET, [HOST, ...UPGRADE]);
    expect([status, headers['retry-after'], JSON.parse(body)]).toMatchObject([
      429,
      '2',
      { code: 'rate_limited', details: { retryAfterMs: 1_200 }, retryable: true },
    ]);
    await new Promise((resolve) => http.close(resolve));
  });
});

const statusOf = (answer: string): number => Number(answer.split(' ')[1]);

const listening = async (http: Server): Promise<string> => {
  await once(http.listen(0, '127.0.0.1'), 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
};

describe('any other answer over HTTP', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer({ storage: 'memory', handshakeTimeoutMs: 3_000 });
  });
  afterEach(() => server.close());

  /** The answer to a request as it is written. */
  const answerTo = async (...lines: readonly string[]): Promise<string> => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname).setEncoding('latin1');
    socket.write(lines.join('\r\n'));
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    // A websocket that says nothing may be reset.
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
    return answer;
  };
  const END = ['Connection: close', '', ''];
  const upgrade = (target: string, ...headers: readonly string[]): string[] => [
    ...[`GET ${target} HTTP/1.1`, HOST, ...headers, '', ''],
  ];

  const cases: [number, string, string[]][] = [
    [200, 'a page of health', ['GET /livez HTTP/1.1', HOST, ...END]],
    [200, 'a page of health by its URL', ['GET http://127.0.0.1/livez HTTP/1.1', HOST, ...END]],
  ];

  it.each(cases)('is %i to %s', async (status, _, lines) => {
    expect(statusOf(await answerTo(...lines))).toBe(status);
  });

  it.each<[number, string, string, string[]]>([
    [400, 'request_invalid', 'no HTTP', ['garbage', '', '']],
    [
      400,
      'request_invalid',
      'a URL of another host',
      ['GET http://evil.example/metrics HTTP/1.1', HOST, ...END],
    ],
    [400, 'request_invalid', 'no EIO', upgrade('/socket.io/?transport=websocket', ...UPGRADE)],
    [400, 'request_invalid', 'a wrong EIO', upgrade('/socket.io/?EIO=3&transport=websocket', ...UPGRADE)],
    [400, 'request_invalid', 'a wrong transport', upgrade('/socket.io/?EIO=4&transport=none', ...UPGRADE)],
    [400, 'request_invalid', 'a sid', upgrade(`${TARGET}&sid=x`, ...UPGRADE)],
    [400, 'request_invalid', 'a wrong version', upgrade(TARGET, ...UPGRADE, 'Sec-WebSocket-Version: 12')],
    [400, 'request_invalid', 'a wrong key', upgrade(TARGET, ...UPGRADE, 'Sec-WebSocket-Key: x')],
    [
      400,
      'request_invalid',
      'no names of protocols',
      upgrade(TARGET, ...UPGRADE, 'Sec-WebSocket-Protocol: ,,'),
    ],
    [400, 'request_invalid', 'HTTP/1.0', [`GET ${TARGET} HTTP/1.0`, HOST, ...UPGRADE, '', '']],
    [400, 'request_invalid', 'a wrong method', [`POST ${TARGET} HTTP/1.1`, HOST, ...UPGRADE, '', '']],
    [405, 'method_unsupported', 'CONNECT', ['CONNECT other.example:443 HTTP/1.1', HOST, '', '']],
    [408, 'request_timeout', 'half a request', ['GET /livez HTTP/1.1', '']],
    [
      413,
      'body_too_large',
      'large extensions of chunks',
      [...['POST /livez HTTP/1.1', HOST, 'Transfer-Encoding: chunked', '', `1;x=${'x'.repeat(20_000)}`]],
    ],
    [417, 'expectation_failed', 'another Expect', ['GET /livez HTTP/1.1', HOST, 'Expect: other', ...END]],
    [
      431,
      'headers_too_large',
      'large headers',
      ['GET /livez HTTP/1.1', HOST, `X: ${'x'.repeat(17_000)}`, ...END],
    ],
  ])('is %i with %s to %s, and counted', async (status, code, _, lines) => {
    const answer = await answerTo(...lines);
    expect(statusOf(answer)).toBe(status);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      code,
      retryable: expect.any(Boolean),
    });
    const metrics = await fetch(`${server.url}/metrics`).then((response) => response.text());
    expect(metrics).toMatch(new RegExp(`^typed_queue_refused_total\\{error_type="${code}"\\} 1$`, 'm'));
  });

  it.each([
    ['an upgrade to something else', '/livez', 'h2c', 200],
    ['a websocket at another path', '/livez', 'websocket', 200],
    ['a websocket at no path', '/other', 'websocket', 404],
    ['an upgrade to something else, to connect', TARGET, 'h2c', 400],
  ])('is that of a request without it to %s', async (_, target, protocol, status) => {
    const answer = await answerTo(...upgrade(target, 'Connection: Upgrade', `Upgrade: ${protocol}`));
    expect(statusOf(answer)).toBe(status);
  });

  it.each([
    ['an upgrade to something else', ['GET /livez HTTP/1.1', 'Connection: Upgrade', 'Upgrade: h2c'], 200],
    ['a websocket', [`GET ${TARGET} HTTP/1.1`, ...UPGRADE], 101],
    ['a wrong handshake', [`GET ${TARGET} HTTP/1.1`, ...UPGRADE, 'Sec-WebSocket-Version: 12'], 400],
    ['CONNECT', ['CONNECT other.example:443 HTTP/1.1'], 405],
    ['what cannot be read', ['garbage'], 400],
  ])('comes after those to the requests before it to %s', async (_, lines, status) => {
    const before = Array.from({ length: 3 }, () => ['GET /metrics HTTP/1.1', HOST, '']).flat();
    const answer = await answerTo(...before, ...lines, HOST, '', '');
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, each]) => Number(each));
    expect(statuses).toEqual([200, 200, 200, status]);
  });

  it('is 503 at /readyz while no messages are taken', async () => {
    const pages = healthPages(() => [{ check: 'server', problem: 'shutting down' }]);
    const deps = { refusals: new RefusalCounts(), onError: () => undefined };
    const http = createServer(servePages(pages, deps));
    const { status } = await rawRequest(await listening(http), '/readyz', [HOST, ...END]);
    expect(status).toBe(503);
    await new Promise((resolve) => http.close(resolve));
  });

  it('is in the document', () => {
    const listed = tableOf(document, 'status', 'because').map(([status]) => Number(status));
    expect(listed).toEqual([...new Set([...cases.map(([status]) => status), 503])]);
  });
});
