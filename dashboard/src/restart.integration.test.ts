import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { Authenticator } from '@typed-queue/program';
import { connect, DeadLetter } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../checks/chromium.fixture.js';
import { watchedPage } from './watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const TOKEN = 'token-of-the-operator';

const placed = z.strictObject({ id: z.string() });
const contract = defineContract({ orders: defineQueue('orders', { events: { placed } }) });
const later = defineContract({
  orders: defineQueue('orders', { events: { placed: placed.extend({ note: z.string().optional() }) } }),
});
const stricter = defineContract({
  orders: defineQueue('orders', { events: { placed: placed.extend({ note: z.string() }) } }),
});

describeInChromium('a page whose server restarts', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let dataDir: string;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    ({ page } = await watchedPage(browser));
    dataDir = await mkdtemp(join(tmpdir(), 'dashboard-restart-'));
    server = await startTestServer({ contract, dataDir, dashboard: true });
    const queue = connect(contract, { url: server.url });
    queue.on('dead-letter', () => undefined);
    const subscription = queue.subscribe('orders', { group: 'billing' }, () => {
      throw new DeadLetter('no');
    });
    await subscription.ready;
    await queue.publish('orders', 'placed', { id: 'a' });
    for (;;) if ((await queue.admin.deadLetterSummary('orders')).letters === 1) break;
    await queue.close();
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    await rm(dataDir, { recursive: true });
  });

  const open = (path: string) => page.goto(`${server.url}/queues/orders${path}`);

  const startWith = async (served: typeof later | typeof stricter): Promise<void> => {
    const port = Number(new URL(server.url).port);
    server = await startTestServer({ contract: served, dataDir, port, dashboard: true });
  };

  const restart = async (): Promise<void> => {
    await server.close();
    await page.getByText('What is shown is old.').first().waitFor();
    await startWith(later);
    await page.getByRole('status').getByText('connected', { exact: true }).waitFor();
    await page.getByText('What is shown is old.').first().waitFor({ state: 'hidden' });
  };

  it('keeps the letter that is edited', async () => {
    await open('/dead-letters?letter=1');
    await page.getByRole('button', { name: 'Edit payload' }).click();
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    await page.getByLabel('Payload').last().fill('{ "id": "mended" }');
    await restart();
    expect(await page.getByLabel('Payload').last().inputValue()).toBe('{ "id": "mended" }');
  });

  it('keeps the dialog that is open', async () => {
    await open('/groups/billing');
    await page.getByRole('button', { name: 'Seek', exact: true }).click();
    await page.getByLabel('a message').check();
    await page.getByLabel('Seq').fill('1');
    await restart();
    expect(await page.getByLabel('Seq').inputValue()).toBe('1');
  });

  it('keeps what is filled in to be published, and has the fields of the contract of today', async () => {
    await open('/publish');
    await page.getByLabel('id').fill('b');
    await server.close();
    await startWith(later);
    await page.getByLabel('note').waitFor();
    expect(await page.getByLabel('id').inputValue()).toBe('b');
  });

  it('keeps what is filled in to be published when it asks to sign in', async () => {
    await open('/publish');
    await page.getByLabel('id').fill('b');
    await server.close();
    const port = Number(new URL(server.url).port);
    const authenticator = await Authenticator.open({ tokens: [TOKEN] });
    server = await startTestServer({ contract, dataDir, port, dashboard: true, authenticator });
    await page.getByLabel('Token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByLabel('id').waitFor();
    expect(await page.getByLabel('id').inputValue()).toBe('b');
  });

  it('names what cannot be seen in the fields of an edited letter', async () => {
    await open('/dead-letters?letter=1');
    await page.getByRole('button', { name: 'Edit payload' }).click();
    await page.getByLabel('id').fill('a\u202Eb');
    await page.getByText('characters that cannot be seen there: U+202E.').waitFor();
  });

  it('says what of a letter breaks the contract of today before anything is typed', async () => {
    await server.close();
    await startWith(stricter);
    await open('/dead-letters?letter=1');
    await page.getByRole('button', { name: 'Edit payload' }).click();
    await page.getByText('is required', { exact: true }).waitFor();
  });
});
