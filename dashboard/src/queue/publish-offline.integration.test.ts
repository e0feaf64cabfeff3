import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { Authenticator } from '@typed-queue/program';
import { connect } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const TOKEN = 'token-of-the-operator';

const id = z.strictObject({ id: z.string() });
const contract = defineContract({ orders: defineQueue('orders', { events: { placed: id, paid: id } }) });

describeInChromium('the publish page while its server is away', () => {
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
    dataDir = await mkdtemp(join(tmpdir(), 'dashboard-offline-'));
    server = await startTestServer({ contract, dataDir, dashboard: true });
    await page.goto(`${server.url}/queues/orders/publish?event=placed`);
    await button('Publish').waitFor();
    await server.close();
    await button('Publish when connected').waitFor();
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    await rm(dataDir, { recursive: true });
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const waiting = () => page.getByRole('status').filter({ hasText: 'waits for the connection' });
  const receipts = () => page.getByRole('status').filter({ hasText: 'Stored as' });

  const notSent = () => page.getByRole('alert').filter({ hasText: 'placed is not stored: ' });

  const publish = async (text: string): Promise<void> => {
    const before = await waiting().count();
    await page.getByRole('textbox', { name: 'id*' }).fill(text);
    await button('Publish when connected').click();
    await waiting().nth(before).waitFor();
  };

  const start = async (options: { authenticator?: Authenticator } = {}): Promise<void> => {
    const port = Number(new URL(server.url).port);
    server = await startTestServer({ contract, dataDir, port, dashboard: true, ...options });
  };

  const stored = async (token?: string): Promise<readonly unknown[]> => {
    const queue = connect(contract, { url: server.url, token });
    const { messages } = await queue.admin.seqAt('orders', 'start');
    const seqs = Array.from({ length: messages }, (_, index) => index + 1);
    const reports = await Promise.all(seqs.map((seq) => queue.admin.message('orders', seq)));
    await queue.close();
    return reports.map(({ message }) => message?.payload);
  };

  it('shows each message that waits, and its receipt when the server is back', async () => {
    await publish('first');
    await publish('second');
    expect(await accessibilityFaults(page)).toEqual([]);
    await start();
    await receipts().nth(1).waitFor();
    expect(await waiting().count()).toBe(0);
    expect(await receipts().allInnerTexts()).toEqual(['Stored as #1.', 'Stored as #2.']);
    expect(await stored()).toEqual([{ id: 'first' }, { id: 'second' }]);
  });

  it('shows what waits also beside the form of another event', async () => {
    await publish('first');
    await page.getByLabel(/^Event/).selectOption('paid');
    await waiting().getByText('placed').waitFor();
    await start();
    await receipts().waitFor();
    expect(await stored()).toEqual([{ id: 'first' }]);
  });

  it('does not publish what is cancelled', async () => {
    await publish('first');
    await publish('second');
    await button('Cancel').first().click();
    await waiting().nth(1).waitFor({ state: 'detached' });
    await start();
    await receipts().waitFor();
    expect(await stored()).toEqual([{ id: 'second' }]);
  });

  it('asks before it is left, and stays', async () => {
    await publish('first');
    await page.getByRole('link', { name: 'Contracts' }).click();
    await page.getByRole('dialog', { name: 'Leave this page' }).getByText('1 message').waitFor();
    await button('Stay').click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await start();
    await receipts().waitFor();
    expect(await stored()).toEqual([{ id: 'first' }]);
  });

  it('drops what waits when somebody leaves nevertheless', async () => {
    await publish('first');
    await page.getByRole('link', { name: 'Contracts' }).click();
    await button('Leave').click();
    await page.getByRole('heading', { name: 'Contracts' }).waitFor();
    await start();
    await page.goBack();
    await button('Publish').waitFor();
    expect(await stored()).toEqual([]);
    expect(await notSent().count()).toBe(0);
  });

  it('says that a message was not sent when somebody must sign in first', async () => {
    await publish('first');
    await start({ authenticator: await Authenticator.open({ tokens: [TOKEN] }) });
    await page.getByLabel('Token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await notSent().waitFor();
    expect(await page.getByRole('textbox', { name: 'id*' }).inputValue()).toBe('first');
    expect(await stored(TOKEN)).toEqual([]);
  });

  it('is left when what waited is stored while it asks', async () => {
    await publish('first');
    await page.getByRole('link', { name: 'Contracts' }).click();
    await button('Leave').waitFor();
    await start();
    await page.getByRole('heading', { name: 'Contracts' }).waitFor();
    expect(await stored()).toEqual([{ id: 'first' }]);
  });
});
