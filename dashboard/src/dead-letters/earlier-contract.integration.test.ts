import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, DeadLetter } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const placed = z.strictObject({ id: z.string() });
const earlier = defineContract({ orders: defineQueue('orders', { events: { placed } }) });
const today = defineContract({
  orders: defineQueue('orders', {
    events: { placed: placed.extend({ note: z.string().min(1), total: z.number(), rush: z.boolean() }) },
  }),
});

describeInChromium('a dead letter whose payload lacks what today’s contract requires', () => {
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
  let server: TestServer;
  let dataDir: string;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    ({ page, problems } = await watchedPage(browser));
    dataDir = await mkdtemp(join(tmpdir(), 'dashboard-earlier-'));
    server = await startTestServer({ contract: earlier, dataDir });
    const queue = connect(earlier, { url: server.url });
    queue.on('dead-letter', () => undefined);
    await queue.subscribe('orders', { group: 'billing' }, () => {
      throw new DeadLetter('no');
    }).ready;
    await queue.publish('orders', 'placed', { id: 'a' });
    while ((await queue.admin.deadLetterSummary('orders')).letters === 0);
    await queue.close();
    await server.close();
    server = await startTestServer({ contract: today, dataDir, dashboard: true });
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    await rm(dataDir, { recursive: true });
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const wrong = () => page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem');

  it('is redriven when the person filled in what is missing, with nothing else changed', async () => {
    await page.goto(`${server.url}/queues/orders/dead-letters?letter=1`);
    await button('Edit payload').click();
    await button('Redrive edited').click();
    await wrong().first().waitFor();
    expect((await wrong().allInnerTexts()).toSorted()).toEqual([
      'note is required',
      'rush is required',
      'total is required',
    ]);
    await page.getByLabel('note').fill('mended');
    await page.getByLabel('total').fill('7');
    await page.getByLabel('rush').selectOption('No');
    await button('Redrive edited').click();
    await page.getByRole('status').getByText('1 letter redriven.').waitFor();
    const queue = connect(today, { url: server.url });
    const handled = new Promise((resolve) => {
      queue.subscribe('orders', { group: 'billing' }, ({ payload }) => resolve(payload));
    });
    expect(await handled).toEqual({ id: 'a', note: 'mended', total: 7, rush: false });
    await queue.close();
    expect(problems).toEqual([]);
  });
});
