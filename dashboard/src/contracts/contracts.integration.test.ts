import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const line = z.strictObject({ product: z.string(), quantity: z.int().min(1) });
const placed = z.strictObject({ id: z.string(), lines: z.array(line) });
const contract = defineContract({
  orders: defineQueue('orders', { events: { placed } }),
  mails: defineQueue('mails', { events: { sent: z.strictObject({ to: z.email() }) } }),
});

describeInChromium('the pages of contracts', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let problems: readonly string[];

  beforeAll(async () => {
    browser = await launchChromium();
    server = await startTestServer({ storage: 'memory', dashboard: true, contract });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    ({ page, problems } = await watchedPage(browser));
  });
  afterEach(() => page.close());

  it('show the fields of an event', async () => {
    await page.goto(`${server.url}/queues/orders/contract`);
    const row = page.getByRole('row').filter({ hasText: 'lines[].quantity' });
    await row.waitFor();
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      'lines[].quantity',
      'integer',
      'required',
      'at least 1',
    ]);
    expect(problems).toEqual([]);
  });

  it('copy the JSON Schema of an event', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${server.url}/queues/mails/contract`);
    await page.getByText('JSON Schema').click();
    await page.getByRole('button', { name: 'Copy schema of sent' }).click();
    await page.getByText('Copied').waitFor();
    const copied: unknown = await page.evaluate('navigator.clipboard.readText().then(JSON.parse)');
    expect(copied).toMatchObject({ type: 'object', required: ['to'] });
    expect(problems).toEqual([]);
  });

  it('list the queues that are searched, and show each when it is opened', async () => {
    await page.goto(`${server.url}/contracts`);
    await page.getByLabel('Queues with this').fill('mail');
    await page.waitForURL(/search=mail/);
    await page.getByText('orders', { exact: true }).waitFor({ state: 'hidden' });
    await page.getByText('mails', { exact: true }).click();
    await page.getByRole('cell', { name: 'to', exact: true }).waitFor();
    expect(problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'have nothing that axe-core finds wrong, in %s',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${server.url}/contracts`);
      await page.getByText('orders', { exact: true }).click();
      await page.getByText('TypeScript').click();
      expect(await accessibilityFaults(page)).toEqual([]);
    },
  );
});
