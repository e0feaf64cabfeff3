import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError, QueueError } from '@typed-queue/contracts';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RefusalCounts } from '../access/refusal-counts.js';
import { pathOf, READING, servePages, type Page } from './pages.js';

const FAILURE = new Error('not meant for clients');
const pages: readonly Page[] = [
  { path: '/a', methods: READING, answer: (_request, response) => void response.end('a') },
  {
    path: { name: '/many/… (several)', pattern: /^\/(?:many\/.*|a)$/ },
    methods: READING,
    headers: { 'x-frame-options': 'DENY' },
    answer: (request, response) => {
      if (pathOf(request) === '/many/none') throw new ApiError('route_unknown', 'None.');
      response.end('many');
    },
  },
  {
    path: '/b',
    methods: ['POST'],
    answer: async () => {
      throw new QueueError('rate_limited', 'Wait.', { details: { retryAfterMs: 1_200 } });
    },
  },
  {
    path: '/failing',
    methods: READING,
    answer: () => {
      throw FAILURE;
    },
  },
  {
    path: '/broken',
    methods: READING,
    answer: (_request, response) => {
      response.writeHead(200).write('half');
      throw FAILURE;
    },
  },
];

let http: Server;
let url: string;
let refusals: RefusalCounts;
let errors: unknown[];
beforeEach(async () => {
  refusals = new RefusalCounts();
  errors = [];
  http = createServer(servePages(pages, { refusals, onError: (error) => errors.push(error) }));
  await once(http.listen(0, '127.0.0.1'), 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  http.closeAllConnections();
  http.close();
  await once(http, 'close');
});

const ask = (path: string, method = 'GET'): Promise<Response> =>
  fetch(`${url}${path}`, { method, headers: { connection: 'close' } });

const OFFER = 'GET /a, GET /many/… (several), POST /b, GET /failing, GET /broken, and Socket.IO';

describe('the pages of a server', () => {
  it.each(['/a', '/a?x=/b'])('are found at %s', async (path) => {
    expect(await (await ask(path)).text()).toBe('a');
  });

  it.each(['/many/', '/many/x?y=/a'])('are found at %s by a pattern', async (path) => {
    expect(await (await ask(path)).text()).toBe('many');
  });

  it.each([
    ['GET', '/many/x', 200],
    ['GET', '/many/none', 404],
    ['POST', '/many/x', 405],
  ])('have their headers on the answer to %s %s', async (method, path, status) => {
    const response = await ask(path, method);
    expect([response.status, response.headers.get('x-frame-options')]).toEqual([status, 'DENY']);
  });

  it('have no headers of another page', async () => {
    expect((await ask('/a')).headers.get('x-frame-options')).toBeNull();
  });

  it.each(['/', '/aa', '/a/', '//a'])('are not at %s, which is answered with what there is', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: 'route_unknown',
      message: expect.stringContaining(OFFER),
    });
  });

  it.each([
    ['GET', '/b', 'POST'],
    ['POST', '/a', 'GET, HEAD'],
    ['OPTIONS', '/a', 'GET, HEAD'],
    ['POST', '/many/x', 'GET, HEAD'],
  ])('are not for %s of %s, which is answered with the methods there are', async (method, path, allowed) => {
    const response = await ask(path, method);
    expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
    expect(await response.json()).toMatchObject({
      code: 'method_unsupported',
      message: expect.stringContaining(OFFER),
    });
  });

  it('refuse with the error that they throw, and its time to wait', async () => {
    const response = await ask('/b', 'POST');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await response.json()).toMatchObject({ code: 'rate_limited', message: 'Wait.' });
  });

  it('do not show a failure, which is logged', async () => {
    const response = await ask('/failing');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain(FAILURE.message);
    expect(errors).toEqual([FAILURE]);
  });

  it('end the connection when they fail in the middle of an answer', async () => {
    const answer = fetch(`${url}/broken`).then((response) => response.text());
    await expect(answer).rejects.toThrow('terminated');
  });

  it('count what they refuse, by its code', async () => {
    await ask('/none');
    await ask('/b');
    for (let times = 0; times < 2; times++) await ask('/b', 'POST');
    await ask('/failing');
    expect(Object.fromEntries(refusals.all())).toEqual({
      route_unknown: 1,
      method_unsupported: 1,
      rate_limited: 2,
      internal: 1,
    });
  });
});
