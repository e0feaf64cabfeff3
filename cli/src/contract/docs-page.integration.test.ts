import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import type { Browser, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { contractSchemas } from './contract-schemas.js';
import { docsPage } from './docs-page.js';

(chromiumIsMissing ? describe.skip : describe)('the documentation page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  /** The page, and what it asked for or complained of. */
  const shown = async (colorScheme: 'light' | 'dark', width: number) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
    const noticed: string[] = [];
    page.on('request', (request) => noticed.push(request.url()));
    page.on('console', (message) => noticed.push(message.text()));
    page.on('pageerror', (error) => noticed.push(error.message));
    await page.setContent(docsPage(await contractSchemas(contract), '1.0.0'));
    return { page, noticed };
  };

  const brightness = (page: Page): Promise<number> =>
    page.evaluate('Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])');

  it('asks for nothing, and is light or dark as its reader wants', async () => {
    const [light, dark] = [await shown('light', 1200), await shown('dark', 1200)];
    expect([light.noticed, dark.noticed]).toEqual([[], []]);
    expect([(await brightness(light.page)) > 200, (await brightness(dark.page)) < 60]).toEqual([true, true]);
  });

  it('leads to every event', async () => {
    const { page } = await shown('light', 1200);
    const links = await page.evaluate<string[]>(
      "[...document.querySelectorAll('nav li a')].map((link) => link.getAttribute('href'))",
    );
    expect(links).toHaveLength(7);
    for (const link of links) expect(await page.locator(`[id="${link.slice(1)}"]`).count()).toBe(1);
  });

  it('fits on a phone', async () => {
    const { page } = await shown('light', 375);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
  });
});
