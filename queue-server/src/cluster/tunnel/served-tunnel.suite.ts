import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { PROTOCOL_VERSION } from '@typed-queue/contracts/wire';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { io, type Socket } from 'socket.io-client';
import { startTestServer, type TestServer } from '../../testing.js';
import { endOf, ORIGIN, type Ends } from './tunnel.fixture.js';

const REQUESTS = 1_000;
const KEY = 'key-of-the-other-server';

/** The HTTP server of a queue server. */
const httpOf = (url: string): Promise<Server> =>
  new Promise((resolve) => {
    const listener = (message: unknown): void => {
      unsubscribe('http.server.request.start', listener);
      // Safe: Node documents what it publishes there.
      resolve((message as { readonly server: Server }).server);
    };
    subscribe('http.server.request.start', listener);
    get(`${url}/livez`, (answer) => answer.resume());
  });

/** Makes every request over one stream. */
const agentOver = (stream: Duplex): Agent => {
  const agent = new Agent();
  return Object.assign(agent, { createConnection: () => stream });
};

/** What a queue server does for a client at the other end of a tunnel. */
export const servedTunnelSuite = (open: () => Promise<Ends>): void => {
  let server: TestServer;
  let http: Server;
  let near: Ends[0];
  let far: Ends[1];
  beforeEach(async () => {
    server = await startTestServer({ keys: [KEY] });
    http = await httpOf(server.url);
    [near, far] = await open();
    http.emit('connection', far);
  });
  afterEach(async () => {
    near.destroy();
    await server.close();
  });

  const client = (token: string): Socket =>
    io('http://localhost', {
      // Safe: Engine.IO passes it on to the client of its WebSocket, as its documentation says.
      agent: agentOver(near) as unknown as string,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token, protocolVersion: PROTOCOL_VERSION },
    });
  const connected = async (): Promise<Socket> => {
    const socket = client(KEY);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    return socket;
  };
  const publish = (socket: Socket, path: string): Promise<unknown> =>
    socket.emitWithAck('publish', 'files', {
      id: newId(),
      event: 'save',
      payload: { path, bytes: 1, sha256: 'abc', durationMs: 2 },
    });

  it('answers requests', async () => {
    const socket = await connected();
    expect(await publish(socket, '/a')).toMatchObject({ ok: true, value: { seq: 1 } });
    socket.disconnect();
  });

  it('answers many requests in order', async () => {
    const socket = await connected();
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, (_, index) => publish(socket, `/${index}`)),
    );
    expect(answers).toEqual(
      answers.map((_, index) =>
        expect.objectContaining({ value: expect.objectContaining({ seq: index + 1 }) }),
      ),
    );
    socket.disconnect();
  });

  it('refuses a wrong key, and says so', async () => {
    const socket = client('key-of-somebody-else');
    const error = await new Promise((resolve) => socket.once('connect_error', resolve));
    expect(error).toMatchObject({ data: { code: 'unauthorized' } });
    socket.disconnect();
  });

  it('sees the address of the client', async () => {
    const upgraded = once(http, 'upgrade');
    const socket = await connected();
    // Safe: an HTTP server emits it with its request.
    const [request] = (await upgraded) as [IncomingMessage];
    expect(request.socket.remoteAddress).toBe(ORIGIN.address);
    socket.disconnect();
  });

  it('ends with its client', async () => {
    const socket = await connected();
    socket.disconnect();
    expect(await endOf(far)).toBeNull();
  });

  it('cuts the client off when the tunnel breaks', async () => {
    const socket = await connected();
    const cut = new Promise((resolve) => socket.once('disconnect', resolve));
    far.resetAndDestroy();
    await cut;
    expect(near.destroyed).toBe(true);
  });

  it('ends when the server closes', async () => {
    await connected();
    await server.close();
    await endOf(near);
    expect(near.destroyed).toBe(true);
  });

  it('answers a plain HTTP request', async () => {
    const answer = await new Promise<IncomingMessage>((resolve) => {
      get('http://localhost/livez', { agent: agentOver(near) }, resolve);
    });
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });
};
