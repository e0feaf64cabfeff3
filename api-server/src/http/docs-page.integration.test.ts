import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { keyOf, openCallers, type Callers } from './callers.fixture.js';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

describeInChromium('the page of the API in Chromium', () => {
  let api: RunningApi;
  /** The same, for those who show a key. */
  let signedIn: RunningApi;
  let callers: Callers;
  let browser: Browser;
  let page: Page;
  const requested = new Set<string>();
  /** What the page was refused by its policy, and what failed in it. */
  const complaints: string[] = [];

  beforeAll(async () => {
    api = await startApi();
    callers = await openCallers({ shop: { models: { item: ['read'] } } });
    signedIn = await startApi({ authenticator: callers.authenticator });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(10_000);
    page.on('request', (request) => requested.add(request.url()));
    page.on('console', (line) => complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${api.url}/docs`);
  });
  afterAll(async () => {
    await browser.close();
    await api.close();
    await signedIn.close();
    await callers.remove();
  });

  const operations = () => page.locator('.opblock');

  it('shows every operation', async () => {
    await page.getByRole('heading', { name: 'typed-queue API' }).waitFor();
    await operations().first().waitFor();
    const shown = await operations().locator('.opblock-summary-path').allTextContents();
    expect(shown.map((path) => path.replaceAll('\u200b', ''))).toEqual([
      ...Array<string>(4).fill('/api/v1/items'),
      '/api/v1/items:batch',
      ...Array<string>(4).fill('/api/v1/items/{id}'),
      ...['/livez', '/readyz', '/openapi.json'],
      ...['/admin/outbox', '/admin/outbox/{id}/retry', '/admin/outbox/{id}', '/metrics'],
    ]);
  });

  it('sends a request and shows its answer', async () => {
    await api.repository.create({ name: 'Tea of the test', price: 5 });
    const list = operations().first();
    await list.locator('.opblock-summary-control').click();
    await list.getByRole('button', { name: 'Try it out' }).click();
    await list.getByRole('button', { name: 'Execute' }).click();
    await list.locator('.live-responses-table').getByText('Tea of the test').first().waitFor();
  });

  it('shows a signed-in user what they may see, and sends their key', async () => {
    await page.goto(`${signedIn.url}/docs`);
    await page.getByText('/livez').first().waitFor();
    expect(await page.getByText('/api/v1/items').count()).toBe(0);
    await page.locator('.scheme-container').getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    await dialog.locator('input').fill(keyOf('shop'));
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    const list = operations().filter({ hasText: 'Lists items' });
    await list.locator('.opblock-summary-control').first().click();
    await list.getByRole('button', { name: 'Try it out' }).click();
    await list.getByRole('button', { name: 'Execute' }).click();
    await list.locator('.live-responses-table').getByText('"items"').first().waitFor();
    expect(signedIn.repository.calls).toMatchObject([['list', { actor: 'key:shop' }]]);
    expect(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length')).toBe(
      0,
    );
  });

  it('asks no other host for anything, and does nothing that its policy forbids', async () => {
    const folder = process.env.SCREENSHOTS;
    if (folder !== undefined) await page.screenshot({ path: `${folder}/docs.png` });
    expect(
      [...requested].filter(
        (url) =>
          !url.startsWith(`${api.url}/`) && !url.startsWith(`${signedIn.url}/`) && !url.startsWith('data:'),
      ),
    ).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
