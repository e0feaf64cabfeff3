import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

/** What a page may try, as it runs there: each resolves with what it reached. */
const attempts = (target: string) => `(async () => {
  const items = '${target}/api/v1/items';
  const fetched = (options) =>
    fetch(items, options).then((response) => response.type + ' ' + response.status, () => 'failed');
  const body = JSON.stringify({ name: 'Tea of ' + location.origin, price: 5 });
  return {
    read: await fetched(),
    create: await fetched({ method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    createUnread: await fetched({ method: 'POST', mode: 'no-cors', body }),
  };
})()`;

describeInChromium('a page in Chromium, of the API', () => {
  let browser: Browser;
  let page: Page;
  let api: RunningApi;
  let other: RunningApi;

  beforeAll(async () => {
    browser = await launchChromium(['--host-resolver-rules=MAP evil.example 127.0.0.1']);
    other = await startApi();
  });
  afterAll(async () => {
    await browser.close();
    await other.close();
  });
  beforeEach(async () => {
    // The pages of an API may connect to nothing.
    page = await browser.newPage({ bypassCSP: true });
    page.setDefaultTimeout(10_000);
  });
  afterEach(async () => {
    await page.close();
    await api.close();
  });

  const tryFrom = async (origin: string, target: string): Promise<unknown> => {
    await page.goto(`${origin}/livez`);
    return page.evaluate(attempts(target));
  };

  it('whose origin is another reaches nothing', async () => {
    api = await startApi();
    expect(await tryFrom(other.url, api.url)).toEqual({
      read: 'failed',
      create: 'failed',
      createUnread: 'failed',
    });
    expect(api.repository.calls).toEqual([]);
  });

  it('whose name leads to the API itself reaches nothing', async () => {
    api = await startApi();
    const rebound = api.url.replace('127.0.0.1', 'evil.example');
    expect(await tryFrom(rebound, rebound)).toEqual({
      read: 'basic 403',
      create: 'basic 403',
      createUnread: 'basic 403',
    });
    expect(api.repository.calls).toEqual([]);
  });

  it("whose origin is listed, or the API's own, reads and writes", async () => {
    api = await startApi({ origins: [other.url] });
    expect(await tryFrom(other.url, api.url)).toMatchObject({ read: 'cors 200', create: 'cors 201' });
    expect(await tryFrom(api.url, api.url)).toMatchObject({ read: 'basic 200', create: 'basic 201' });
  });
});
