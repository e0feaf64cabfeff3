import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

describeInChromium('a confirmation', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let queue: QueueClient<typeof contract>;

  beforeAll(async () => {
    browser = await launchChromium();
    ({ page } = await watchedPage(browser));
    server = await startTestServer({ storage: 'memory', dashboard: true });
    queue = connect(contract, { url: server.url });
    const subscription = queue.subscribe('files', { group: 'thumbnails' }, () => undefined);
    await subscription.ready;
    await subscription.close();
  });
  afterAll(async () => {
    await browser.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });
  beforeEach(async () => {
    await page.goto(`${server.url}/queues/files/groups/thumbnails`);
  });

  it.each(['Pause', 'Seek', 'Delete'])(
    'has the focus when %s opens it, also when it opens again',
    async (action) => {
      for (let times = 0; times < 2; times++) {
        await page.getByRole('button', { name: action, exact: true }).click();
        await page.getByRole('dialog').waitFor();
        expect(await page.evaluate(`document.activeElement.closest('dialog') !== null`)).toBe(true);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      }
    },
  );

  it('gives the focus back to the button that opened it', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(
      await page.evaluate(`document.activeElement.closest('dialog') ?? document.activeElement.textContent`),
    ).toBe('Pause');
  });

  it('gives the focus back when its action made another one of its button', async () => {
    for (const [action, next] of [
      ['Pause', 'Resume'],
      ['Resume', 'Pause'],
    ] as const) {
      await page.getByRole('button', { name: action, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
      await page.locator('main > div > button').getByText(next, { exact: true }).waitFor();
      expect(await page.evaluate('document.activeElement.textContent')).toBe(next);
    }
  });

  it('asks the same while somebody else changes what it is about', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await queue.admin.pause('files', 'thumbnails');
    await page.getByText('paused', { exact: true }).waitFor();
    expect(await page.getByRole('dialog').getByRole('heading').textContent()).toBe('Pause');
    await page.keyboard.press('Escape');
    await page.locator('main > div > button').getByText('Resume', { exact: true }).waitFor();
    await queue.admin.resume('files', 'thumbnails');
  });

  it('says that the connection is lost while it is open', async () => {
    const other = await startTestServer({ storage: 'memory', dashboard: true });
    const client = connect(contract, { url: other.url });
    await client.subscribe('files', { group: 'thumbnails' }, () => undefined).ready;
    await page.goto(`${other.url}/queues/files/groups/thumbnails`);
    await page.getByRole('button', { name: 'Seek', exact: true }).click();
    await client.close({ timeoutMs: 0 });
    await other.close();
    await page.getByRole('dialog').getByRole('alert').first().waitFor();
  });

  it('has no palette over it', async () => {
    await page.getByRole('button', { name: 'Seek', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Seek' }).waitFor({ state: 'hidden' });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});
