import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { watchedPage, type WatchedPage } from '../watched-page.fixture.js';
import { events } from './payload-events.fixture.js';

export const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const contract = defineContract({ orders: defineQueue('orders', { events }) });

/** The page that publishes to a queue, opened by each test. */
export const formPage = () => {
  let browser: Browser;
  let watched: WatchedPage;
  let server: TestServer;
  let queue: QueueClient<typeof contract>;
  beforeAll(async () => {
    browser = await launchChromium();
    server = await startTestServer({ contract, storage: 'memory', dashboard: true });
    queue = connect(contract, { url: server.url });
  });
  afterAll(async () => {
    await browser.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });
  beforeEach(async () => {
    watched = await watchedPage(browser);
  });
  afterEach(() => watched.page.close());
  const page = (): Page => watched.page;
  return {
    ...actions(
      page,
      () => server.url,
      async (seq) => (await queue.admin.message('orders', seq)).message?.payload,
    ),
    page,
    problems: () => watched.problems,
  };
};

const actions = (page: () => Page, url: () => string, payloadOf: (seq: number) => Promise<unknown>) => {
  const button = (name: string): Locator => page().getByRole('button', { name, exact: true });
  const publish = (): Locator => button('Publish');
  const open = async (event: string): Promise<void> => {
    await page().goto(`${url()}/queues/orders/publish?event=${event}`);
    await publish().waitFor();
  };
  return {
    open,
    button,
    publish,
    /** As somebody gave it. */
    give: async (event: string, json: string): Promise<void> => {
      await open(event);
      await button('JSON').click();
      await page().getByLabel('Payload').fill(json);
      await button('Form').click();
    },
    choose: (union: string, variant: string) =>
      page().getByLabel(`Variant of ${union}`).selectOption(variant),
    wrong: () => page().getByRole('list', { name: 'What is wrong' }).getByRole('listitem'),
    focused: (): Promise<unknown> =>
      page().evaluate(
        'document.activeElement.labels?.[0]?.innerText || document.activeElement.ariaLabel || document.activeElement.innerText',
      ),
    /** The payload that is stored when the form is published. */
    published: async (): Promise<unknown> => {
      await publish().click();
      const link = page().getByRole('status').getByRole('link');
      return payloadOf(Number((await link.innerText()).slice(1)));
    },
  };
};
