import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue, event } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const contract = defineContract({
  stock: defineQueue('stock', {
    events: {
      low: event(z.strictObject({ product: z.string() }), {
        failures: {
          mail_down: { retry: true, retryDelaysMs: [0] },
          sold_out: { retry: false, data: z.strictObject({ note: z.string() }) },
        },
      }),
    },
  }),
});

const HOSTILE = '<img src=x onerror=alert(1)>\u202e';

(chromiumIsMissing ? describe.skip : describe)('dead letters with a declared failure', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let queue: QueueClient<typeof contract>;
  let problems: readonly string[];

  beforeAll(async () => {
    browser = await launchChromium();
    server = await startTestServer({ storage: 'memory', dashboard: true, contract });
    queue = connect(contract, { url: server.url });
    queue.on('dead-letter', () => undefined);
    queue.subscribe('stock', { group: 'mailer', maxAttempts: 3 }, ({ payload }, { attempt, fail }) => {
      if (payload.product === 'mate' && attempt > 1) throw fail('sold_out', { note: HOSTILE });
      throw fail('mail_down', { reason: 'no route' });
    });
    await queue.publish('stock', 'low', { product: 'mate' });
    await queue.publish('stock', 'low', { product: 'tea' });
    while ((await queue.admin.deadLetterSummary('stock')).letters < 2);
  });
  afterAll(async () => {
    await browser.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });
  beforeEach(async () => {
    ({ page, problems } = await watchedPage(browser));
  });
  afterEach(() => page.close());

  const open = (search = '') => page.goto(`${server.url}/queues/stock/dead-letters${search}`);
  const letters = () => page.getByRole('region', { name: 'Dead letters', exact: true });
  const soldOut = () => letters().getByRole('row').filter({ hasText: 'sold_out' });

  it('are listed with its code and data, and found by the code', async () => {
    await open();
    await soldOut().getByText('{"note":"<img src=x').waitFor();
    await page.getByLabel('Why').selectOption('mail_down');
    await page.waitForURL(/code=mail_down/);
    await soldOut().waitFor({ state: 'hidden' });
    await letters().getByText('no route').waitFor();
    expect(problems).toEqual([]);
  });

  it('are counted by the code, and a kind leads to its letters', async () => {
    await open();
    const kind = page
      .getByRole('region', { name: 'Dead letters by reason' })
      .getByRole('row')
      .filter({ hasText: 'sold_out' });
    await kind.getByRole('link').click();
    await page.waitForURL(/code=sold_out/);
    await soldOut().waitFor();
    expect(await letters().getByRole('row').count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it('are shown with their data and the codes of their history, hostile text as text', async () => {
    await open('?code=sold_out');
    await soldOut().getByRole('link', { name: 'sold_out' }).click();
    await page.getByLabel('Data of the failure').getByText('<img src=x onerror=alert(1)>').waitFor();
    await page.getByLabel('Data of the failure').getByText('U+202E').waitFor();
    const history = page.getByRole('region', { name: 'Failures' }).getByRole('row');
    expect(await history.nth(1).innerText()).toContain('mail_down');
    expect(await history.nth(2).innerText()).toContain('sold_out');
    expect(await page.locator('main img').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});
