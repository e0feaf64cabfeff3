import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refuseUnreadable } from '@typed-queue/program';
import { pino } from 'pino';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { apiApp } from './app.js';
import { earlyRefusal } from './early-refusal.js';
import { FakeIdempotency } from './fake-repository.fixture.js';
import { listen, type Listener } from './listener.js';

describe('a request that is refused before it reaches a route', () => {
  let listener: Listener;
  beforeAll(async () => {
    const app = apiApp({
      resources: [],
      idempotency: new FakeIdempotency(),
      logger: pino({ level: 'silent' }),
      readiness: async () => ({ problems: [], details: {} }),
      newRequestId: () => 'request-1',
      now: () => 0,
    });
    listener = await listen(app, '127.0.0.1', 0);
  });
  afterAll(() => listener.close(0));

  /** All that comes back for these bytes. */
  const answerTo = async (bytes: string): Promise<string> => {
    const { port, hostname } = new URL(listener.url);
    const socket = connect(Number(port), hostname);
    socket.write(bytes);
    return text(socket);
  };

  const get = (...headers: readonly string[]): string =>
    `${['GET /livez HTTP/1.1', 'Host: localhost', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;

  it.each([
    { what: 'no HTTP', bytes: 'hello\r\n\r\n', status: 400, code: 'request_invalid' },
    {
      what: 'two lengths',
      bytes: get('Content-Length: 1', 'Content-Length: 2'),
      status: 400,
      code: 'request_invalid',
    },
    {
      what: 'large headers',
      bytes: get(`X-Large: ${'x'.repeat(20_000)}`),
      status: 431,
      code: 'headers_too_large',
    },
    {
      what: 'CONNECT',
      bytes: 'CONNECT other.example:443 HTTP/1.1\r\n\r\n',
      status: 405,
      code: 'method_unsupported',
    },
    { what: 'another expectation', bytes: get('Expect: 200-ok'), status: 417, code: 'expectation_failed' },
  ])('is answered with a problem document: $what', async ({ bytes, status, code }) => {
    const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json; charset=utf-8');
    const [, requestId] = /x-request-id: (\S+)/i.exec(head) ?? [];
    expect(JSON.parse(body)).toMatchObject({ status, code, requestId, detail: expect.any(String) });
  });

  it('is answered after the answer in progress', async () => {
    const answers = await answerTo(`${get().replace('close', 'keep-alive')}garbage\r\n\r\n`);
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '400']);
  });

  it('may expect that it is to go on', async () => {
    expect(await answerTo(get('Expect: 100-continue'))).toContain('HTTP/1.1 200 OK');
  });
});

describe('a body that cannot be read', () => {
  const answerTo = async (head: string, body: string, onRequest?: RequestListener): Promise<string> => {
    const server = createServer({ requestTimeout: 100, connectionsCheckingInterval: 20 }, onRequest);
    refuseUnreadable(server, (error) => earlyRefusal(error, 'request-1'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // Safe: a server that listens on a port has an address of this kind.
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${head}\r\n\r\n${body}`);
    const answer = await text(socket);
    await new Promise((resolve) => server.close(resolve));
    return answer;
  };
  const waitForBody: RequestListener = (request) => void request.resume();

  const chunked = { head: 'Transfer-Encoding: chunked' };
  const invalid = { status: 400, code: 'request_invalid' };
  const timedOut = { status: 408, code: 'request_timeout' };

  it.each([
    { what: 'a chunk without a size', ...chunked, body: 'zz\r\n', ...invalid },
    { what: 'a bad chunk after a good one', ...chunked, body: '1\r\na\r\nzz\r\n', ...invalid },
    { what: 'a body that never ends', head: 'Content-Length: 50', body: '{', ...timedOut },
    { what: 'chunks that never end', ...chunked, body: '1\r\n{\r\n', ...timedOut },
  ])('is refused while its route waits for it: $what', async ({ head, body, status, code }) => {
    const answer = await answerTo(head, body, waitForBody);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('gets no second answer', async () => {
    const answer = await answerTo('Content-Length: 50', '{', (_request, response) => {
      response.end('no');
    });
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
  });
});
