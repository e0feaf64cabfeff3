import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, defineContract, defineQueue, streaming } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage, type WatchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const contract = defineContract({
  stock: defineQueue('stock', {
    events: {
      reserve: call({
        input: z.int(),
        output: z.int(),
        failures: { sold_out: { retry: false } },
      }),
      count: call({ input: z.null(), output: z.int() }),
      order: call({ input: z.null(), output: z.int(), durable: true }),
      movements: streaming({ input: z.null(), output: z.int() }),
    },
  }),
  plain: defineQueue('plain', { events: { placed: z.null() } }),
});

describeInChromium('the calls of a queue', () => {
  let server: TestServer;
  let client: QueueClient<typeof contract>;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    server = await startTestServer({ contract, storage: 'memory', dashboard: true });
    client = connect(contract, { url: server.url, name: 'warehouse-1' });
    await client.serve(
      'stock',
      {
        reserve: (count, { fail }) => {
          if (count > 3) throw fail('sold_out');
          return count;
        },
        movements: async function* (_, { signal }) {
          yield 1;
          await once(signal, 'abort');
        },
      },
      { calls: ['reserve', 'movements'], concurrency: 7 },
    ).ready;
    for (const count of [1, 2, 4]) await client.call('stock', 'reserve', count).answer;
    await client.call('stock', 'movements', null)[Symbol.asyncIterator]().next();
    browser = await launchChromium();
    watched = await watchedPage(browser);
    await watched.page.goto(`${server.url}/queues/stock/calls`);
    await section('reserve').waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await client.close();
    await server.close();
  });

  const section = (name: string) => watched.page.getByRole('region', { name, exact: true });

  it('name who serves each, and how many at once', async () => {
    const responders = section('Responders of reserve').getByRole('row').nth(1).getByRole('cell');
    expect(await responders.allTextContents()).toEqual(['warehouse-1', '1', '7']);
  });

  it('say how many run, also of a stream', async () => {
    await section('movements').getByText('1 responder, 0 waiting, 1 running').waitFor();
  });

  it('are counted by how they ended', async () => {
    const rows = await section('How reserve ended').getByRole('row').allTextContents();
    expect(rows.slice(1)).toEqual(['ok2', 'sold_out1']);
  });

  it('that nobody serves are said to fail', async () => {
    await section('count').getByText('Nobody serves this call').waitFor();
  });

  it('that are durable wait where nobody serves them', async () => {
    await section('order').getByText('it is stored, and waits').waitFor();
  });

  it('are counted by the second while they are made', async () => {
    const stop = new AbortController();
    const load = (async () => {
      while (!stop.signal.aborted) await client.call('stock', 'reserve', 1);
    })();
    await section('reserve')
      .getByText(/, [1-9][\d.]*K?\/s ended/)
      .waitFor();
    stop.abort();
    await load;
  });

  it('fit a narrow page', async () => {
    await watched.page.setViewportSize({ width: 360, height: 700 });
    expect(await watched.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('are there for who cannot see, and break no policy', async () => {
    expect(await accessibilityFaults(watched.page)).toEqual([]);
    expect(watched.problems).toEqual([]);
  });

  it('are none in a queue that declares none', async () => {
    await watched.page.goto(`${server.url}/queues/plain/calls`);
    await watched.page.getByText('The contract of the server declares no calls of this queue.').waitFor();
  });
});
