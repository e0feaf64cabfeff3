import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { apiApp } from './app.js';
import { FakeIdempotency } from './fake-repository.fixture.js';
import { listen, type Listener } from './listener.js';

describe('a request that is refused before it reaches a route', () => {
  let listener: Listener;
  beforeAll(async () => {
    const app = apiApp({
      ...{ resources: [], idempotency: new FakeIdempotency(), logger: pino({ level: 'silent' }) },
      readiness: async () => ({ problems: [], details: {} }),
      ...{ newRequestId: () => 'request-1', now: () => 0 },
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
    ['no HTTP', 'hello\r\n\r\n', 400, 'request_invalid'],
    ['two lengths', get('Content-Length: 1', 'Content-Length: 2'), 400, 'request_invalid'],
    ['large headers', get(`X-Large: ${'x'.repeat(20_000)}`), 431, 'headers_too_large'],
    ['another expectation', get('Expect: 200-ok'), 417, 'expectation_failed'],
  ])('is answered with a problem document: %s', async (_, bytes, status, code) => {
    const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json; charset=utf-8');
    const [, requestId] = /x-request-id: (\S+)/i.exec(head) ?? [];
    expect(JSON.parse(body)).toMatchObject({ status, code, requestId, detail: expect.any(String) });
  });

  it('is answered behind the answer that is under way', async () => {
    const answers = await answerTo(`${get().replace('close', 'keep-alive')}garbage\r\n\r\n`);
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '400']);
  });

  it('may expect that it is to go on', async () => {
    expect(await answerTo(get('Expect: 100-continue'))).toContain('HTTP/1.1 200 OK');
  });
});
