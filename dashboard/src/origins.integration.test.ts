import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../checks/chromium.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;
const KEY = 'key-of-an-operator-4f1c';

/** What Socket.IO sends to connect and then to publish, each in a frame of text. */
const CONNECT = (token: string | undefined) => `40${JSON.stringify({ protocolVersion: 4, token })}`;
const PAYLOAD = { path: '/evil', operation: 'read', code: 'EVIL', message: 'by another origin' };
const PUBLISH = `420${JSON.stringify(['publish', 'files', { event: 'error', payload: PAYLOAD }])}`;

/** Sends the frames in a WebSocket; what came back, until it was closed or the publish was answered. */
const attempt = (url: string, frames: readonly string[]) => `new Promise((resolve) => {
  const socket = new WebSocket(${JSON.stringify(url.replace('http', 'ws'))} + '/socket.io/?EIO=4&transport=websocket');
  const frames = ${JSON.stringify(frames)};
  const received = [];
  socket.onmessage = ({ data }) => {
    received.push(String(data));
    if (data.startsWith('430')) socket.close();
    if (data.startsWith('0') || data.startsWith('40')) socket.send(frames.shift());
  };
  socket.onclose = () => resolve(received);
})`;

/** Fetches from the server in each way that a page can; what it could read. */
const fetches = (url: string, token: string | undefined) => `Promise.all([
  fetch('${url}/'),
  fetch('${url}/metrics', { headers: ${JSON.stringify(token === undefined ? {} : { authorization: `Bearer ${token}` })} }),
  fetch('${url}/backup', { method: 'POST', headers: ${JSON.stringify(token === undefined ? {} : { authorization: `Bearer ${token}` })} }),
  fetch('${url}/socket.io/?EIO=4&transport=polling'),
].map((request) => request.then((response) => response.text(), () => 'not readable')))`;

describeInChromium('a page of another origin', () => {
  let browser: Browser;
  let page: Page;
  let elsewhere: Server;
  let address: string;
  let server: TestServer;
  let owner: QueueClient<typeof contract>;

  beforeAll(async () => {
    browser = await launchChromium();
    elsewhere = createServer((request, response) => {
      const framed = new URL(request.url ?? '/', 'http://elsewhere').searchParams.get('frame') ?? '';
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><h1>Elsewhere</h1>${framed && `<iframe src="${framed}"></iframe>`}`);
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    // Safe: a server that listens on a port has an address of this kind.
    address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser.close();
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(async () => {
    await page.close();
    await owner.close({ timeoutMs: 0 });
    await server.close();
  });

  const start = async (keys?: readonly string[]): Promise<void> => {
    server = await startTestServer({ storage: 'memory', dashboard: true, keys });
    owner = connect(contract, { url: server.url, token: keys?.[0] });
  };

  const storedIn = async (queue: string): Promise<number | undefined> =>
    (await owner.admin.queues()).find((each) => each.queue === queue)?.lastSeq;

  describe.each([
    ['without keys', undefined, undefined],
    ['with keys, and no token', [KEY], undefined],
    ['with keys, and a token that is right', [KEY], KEY],
  ])('at a server %s', (_which, keys, token) => {
    it('opens no WebSocket', async () => {
      await start(keys);
      const before = await storedIn('files');
      await page.goto(address);
      expect(await page.evaluate(attempt(server.url, [CONNECT(token), PUBLISH]))).toEqual([]);
      expect(await storedIn('files')).toBe(before);
    });

    it('reads nothing by fetch', async () => {
      await start(keys);
      await page.goto(address);
      const read = await page.evaluate(fetches(server.url, token));
      expect(read).toEqual(['not readable', 'not readable', 'not readable', 'not readable']);
    });
  });

  it('would publish by the same WebSocket, were it of the origin of the server', async () => {
    await start();
    await page.goto(`${server.url}/`);
    const frames = await page.evaluate(attempt(server.url, [CONNECT(undefined), PUBLISH]));
    expect(frames).toContainEqual(expect.stringMatching(/^430.*"ok":true/));
  });

  it('shows no dashboard in a frame', async () => {
    await start();
    await page.goto(`${address}/?frame=${encodeURIComponent(server.url)}`);
    const [frame] = page.mainFrame().childFrames();
    await frame?.waitForLoadState();
    expect(frame?.url()).toBe('chrome-error://chromewebdata/');
    expect(await frame?.locator('#root').count()).toBe(0);
  });

  it('shows a page of its own in a frame', async () => {
    await start();
    await page.goto(`${address}/?frame=${encodeURIComponent(address)}`);
    const [frame] = page.mainFrame().childFrames();
    expect(await frame?.locator('h1').innerText()).toBe('Elsewhere');
  });
});
