import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const item = z.strictObject({
  name: z.string(),
  count: z.int(),
  note: z.string().nullable(),
  at: z.iso.datetime(),
});
const list = [1, 2].map((count) => ({ name: 'a', count, note: null, at: '2026-11-28T12:00:00Z' }));

const contract = defineContract({
  orders: defineQueue('orders', {
    events: {
      list: z.strictObject({ list: z.array(item) }),
      nested: z.strictObject({ nested: z.array(z.strictObject({ list: z.array(item) })) }),
      record: z.strictObject({ record: z.record(z.string(), item) }),
      literal: z.strictObject({ literal: z.union([z.literal(1), z.literal('1')]) }),
    },
  }),
});

describeInChromium('a form on a narrow screen', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;

  beforeAll(async () => {
    browser = await launchChromium();
    server = await startTestServer({ contract, storage: 'memory', dashboard: true });
    ({ page } = await watchedPage(browser));
    await page.setViewportSize({ width: 360, height: 800 });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const open = async (event: string): Promise<void> => {
    await page.goto(`${server.url}/queues/orders/publish?event=${event}`);
    await page.getByRole('button', { name: 'JSON' }).waitFor();
  };

  it.each<[string, object]>([
    ['list', { list }],
    ['nested', { nested: [{ list }] }],
    ['record', { record: { first: list[0] } }],
  ])('is not wider than it: %s', async (event, payload) => {
    await open(event);
    await page.getByRole('button', { name: 'JSON' }).click();
    await page.getByLabel('Payload').fill(JSON.stringify(payload));
    await page.getByRole('button', { name: 'Form' }).click();
    await page.getByRole('textbox', { name: 'name*' }).first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('has options that do not read the same', async () => {
    await open('literal');
    const options = page.locator('#payload_literal').getByRole('option');
    expect((await options.allInnerTexts()).filter((text) => text !== '')).toEqual(['1', '"1"']);
  });
});
