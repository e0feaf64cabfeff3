import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue, event } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const line = z.strictObject({ product: z.string(), quantity: z.int().min(1) });
const placed = z.strictObject({ id: z.string().describe('As on the invoice.'), lines: z.array(line) });
/** Of a client that was not built again since the id became a text. */
const older = defineContract({
  orders: defineQueue('orders', { events: { placed: z.strictObject({ id: z.number() }) } }),
});
const contract = defineContract({
  orders: defineQueue('orders', { events: { placed } }),
  mails: defineQueue('mails', { events: { sent: z.strictObject({ to: z.email() }) } }),
  stock: defineQueue('stock', {
    events: {
      low: event(z.strictObject({ product: z.string() }), {
        failures: {
          mail_down: { retry: true, retryDelaysMs: [50, 2_000] },
          sold_out: { retry: false, data: z.strictObject({ left: z.int() }) },
        },
      }),
    },
  }),
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
      '',
    ]);
    expect(problems).toEqual([]);
  });

  it('show the descriptions of fields, also in the form', async () => {
    await page.goto(`${server.url}/queues/orders/contract`);
    await page.getByRole('cell', { name: 'As on the invoice.' }).waitFor();
    await page.goto(`${server.url}/queues/orders/publish`);
    await page.getByText('As on the invoice.').waitFor();
    expect(problems).toEqual([]);
  });

  it('show the failures that an event declares, and the schema of their data', async () => {
    await page.goto(`${server.url}/queues/stock/contract`);
    const rows = page.getByRole('region', { name: 'Failures of low' }).getByRole('row');
    await rows.nth(2).waitFor();
    const textsOf = async (row: number) => rows.nth(row).getByRole('cell').allInnerTexts();
    expect(await textsOf(1)).toEqual(['mail_down', 'tried again after 50 ms, 2 s', '']);
    expect(await textsOf(2)).toEqual(['sold_out', 'dead-lettered at once', 'left: integer']);
    await page.getByText('JSON Schema of sold_out').click();
    await page.getByLabel('Schema of sold_out').getByText('"left"').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  describe('with a client whose contract differs', () => {
    const differing = () => page.getByRole('row').filter({ hasText: 'old-shop' });
    const connectOlder = (): QueueClient<typeof older> => {
      const client = connect(older, { url: server.url, name: 'old-shop' });
      client.on('contract:differs', () => undefined);
      client.subscribe('orders', { group: 'mailer' }, () => undefined);
      return client;
    };

    it('show what differs and what to do, until the client is gone', async () => {
      const client = connectOlder();
      await page.goto(`${server.url}/queues/orders/contract`);
      await differing().waitFor();
      const texts = await differing().getByRole('cell').allInnerTexts();
      expect(texts.slice(2, 5)).toEqual([
        'member of mailer',
        'placed: it cannot read all of them, and what it publishes may be refused (/properties/id: type)',
        expect.stringMatching(/^Build it with the contract of the server/),
      ]);
      await client.close();
      await differing().waitFor({ state: 'hidden' });
      expect(problems).toEqual([]);
    });

    it('are led to by the overview, which finds it', async () => {
      const client = connectOlder();
      await page.goto(server.url);
      const finding = page.getByRole('listitem').filter({ hasText: 'contract clash' });
      await finding.getByText('1 client cannot read all of its messages: the contracts differ.').waitFor();
      await finding.getByRole('link', { name: 'orders' }).click();
      await page.waitForURL(`${server.url}/contracts?search=orders`);
      await page.getByText('differs from 1 client').waitFor();
      await client.close();
      expect(problems).toEqual([]);
    });

    it('mark its queue in the list, without a fault that axe-core finds', async () => {
      const client = connectOlder();
      await page.goto(`${server.url}/contracts`);
      await page.getByText('differs from 1 client').waitFor();
      await page.getByText('orders', { exact: true }).click();
      await differing().waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await client.close();
      expect(problems).toEqual([]);
    });
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
