import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, DeadLetter, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const events = { placed: z.strictObject({ id: z.string() }) };
const contract = defineContract({ orders: defineQueue('orders', { events }) });

describeInChromium('the rate of a redrive', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let queue: QueueClient<typeof contract>;

  beforeAll(async () => {
    browser = await launchChromium();
    ({ page } = await watchedPage(browser));
    server = await startTestServer({ contract, storage: 'memory', dashboard: true });
    queue = connect(contract, { url: server.url });
    queue.on('dead-letter', () => undefined);
    queue.subscribe('orders', { group: 'billing' }, () => {
      throw new DeadLetter('no');
    });
    await queue.publish('orders', 'placed', { id: 'a' });
    while ((await queue.admin.deadLetterSummary('orders')).letters === 0);
  });
  afterAll(async () => {
    await browser.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });

  it('is said to be wrong where it is none, and nothing is redriven by it', async () => {
    await page.goto(`${server.url}/queues/orders/dead-letters`);
    await page.getByRole('button', { name: 'Redrive all' }).click();
    const dialog = page.getByRole('dialog', { name: 'Redrive all' });
    const run = dialog.getByRole('button', { name: 'Redrive all' });
    await dialog.getByText('Would redrive 1 letter.').waitFor();
    for (const wrong of ['0', '-5', '1.5']) {
      await dialog.getByLabel('letters a second').fill(wrong);
      await dialog.getByText('Write a whole number').waitFor();
      expect(await run.isDisabled()).toBe(true);
      await dialog.getByLabel('letters a second').fill('5');
      await dialog.getByText('Write a whole number').waitFor({ state: 'detached' });
      expect(await run.isEnabled()).toBe(true);
    }
  });
});
