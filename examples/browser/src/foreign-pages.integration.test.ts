import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { servePage } from './page-server.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

/** What a page may try, as it runs there: each resolves with what it reached. */
const attempts = (target: string) => `(async () => {
  const polling = '${target}/socket.io/?EIO=4&transport=polling';
  const fetched = (url, options) =>
    fetch(url, options).then((response) => response.type + ' ' + response.status, () => 'failed');
  const scripted = () => new Promise((resolve) => {
    window.___eio = [() => resolve('called')];
    const script = document.createElement('script');
    script.src = polling + '&j=0';
    script.onload = () => resolve('loaded');
    script.onerror = () => resolve('failed');
    document.head.append(script);
  });
  const socket = (query) => new Promise((resolve) => {
    const opening = new WebSocket('${target}/socket.io/?EIO=4&transport=websocket'.replace('http', 'ws') + query);
    opening.onmessage = ({ data }) => { resolve('opened ' + data.slice(0, 1)); opening.close(); };
    opening.onclose = () => resolve('failed');
  });
  return {
    poll: await fetched(polling),
    pollUnread: await fetched(polling, { mode: 'no-cors' }),
    post: await fetched(polling, { method: 'POST', mode: 'no-cors', body: '40{}' }),
    jsonp: await scripted(),
    websocket: await socket(''),
    websocketOfASid: await socket('&sid=lv_VI97HAXpY6yYWAAAC'),
  };
})()`;

describeInChromium('a page in Chromium', () => {
  let browser: Browser;
  let pages: Server;
  let page: Page;
  let server: TestServer;
  /** The statuses of what the server answered. */
  let answers: Set<number>;

  beforeAll(async () => {
    browser = await launchChromium(['--host-resolver-rules=MAP evil.example 127.0.0.1']);
    pages = servePage(new Map([['/', { type: 'text/html', body: Buffer.from('<!doctype html>') }]]));
    await once(pages.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(async () => {
    await browser.close();
    pages.close();
    pages.closeAllConnections();
    await once(pages, 'close');
  });

  beforeEach(async () => {
    answers = new Set();
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
  });
  afterEach(async () => {
    await page.close();
    await server.close();
  });

  /** The port of the pages, by any name. */
  const pagesOf = (name: string): string => {
    // Safe: a server that listens on a port has an address of this kind.
    return `http://${name}:${(pages.address() as AddressInfo).port}`;
  };

  /** What a page at this address reaches of a server. */
  const tryFrom = async (address: string, target: string): Promise<unknown> => {
    await page.goto(address);
    page.on('response', (response) => {
      if (response.url().startsWith(target)) answers.add(response.status());
    });
    return page.evaluate(attempts(target));
  };

  it.each(['localhost', '127.0.0.1', 'evil.example'])(
    'of another origin, at %s, has no way into a server with its defaults',
    async (name) => {
      server = await startTestServer({ storage: 'memory' });
      expect(await tryFrom(pagesOf(name), server.url)).toEqual({
        poll: 'failed',
        jsonp: 'failed',
        websocket: 'failed',
        websocketOfASid: 'failed',
        // What came of these the page cannot read.
        pollUnread: 'opaque 0',
        post: 'opaque 0',
      });
      // A script, and what the page cannot read, is asked for without an origin.
      expect([...answers].sort()).toEqual([400, 403]);
    },
  );

  it('whose name leads to the server itself has no way into it', async () => {
    server = await startTestServer({ storage: 'memory' });
    const rebound = server.url.replace('127.0.0.1', 'evil.example');
    // Open to all: with it the page is in the browser, under its own origin.
    expect(await tryFrom(`${rebound}/livez`, rebound)).toEqual({
      poll: 'basic 403',
      pollUnread: 'basic 403',
      post: 'basic 403',
      jsonp: 'failed',
      websocket: 'failed',
      websocketOfASid: 'failed',
    });
    expect(await page.evaluate("fetch('/').then(({ status }) => status)")).toBe(403);
  });

  it('of an allowed origin gets in by websocket, and may read why it does not by polling', async () => {
    server = await startTestServer({ storage: 'memory', origins: [pagesOf('localhost')] });
    expect(await tryFrom(pagesOf('localhost'), server.url)).toMatchObject({
      poll: 'cors 400',
      jsonp: 'failed',
      websocket: 'opened 0',
    });
  });

  it("of the server's own origin gets in by websocket", async () => {
    server = await startTestServer({ storage: 'memory' });
    expect(await tryFrom(`${server.url}/livez`, server.url)).toMatchObject({ websocket: 'opened 0' });
    const queue = connect(contract, { url: server.url });
    expect(await queue.admin.queues()).toMatchObject([{ lastSeq: 0 }, { lastSeq: 0 }]);
    await queue.close();
  });
});
