import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const contract = defineContract({
  orders: defineQueue('orders', {
    events: { placed: z.strictObject({ id: z.string() }), cancelled: z.null() },
  }),
  files: defineQueue('files', { events: { saved: z.null() } }),
});

/** All keys within one task of the page: there is no pause between them, however busy the machine is. */
const TYPE_ORDERS = `
  const input = document.querySelector('[cmdk-input]');
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  for (const text of ['o', 'or', 'ord', 'orde', 'order', 'orders']) {
    set.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
`;

describeInChromium('the palette', () => {
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
  let server: TestServer;
  let queue: QueueClient<typeof contract>;
  let sent: string[];

  beforeAll(async () => {
    browser = await launchChromium();
    server = await startTestServer({ contract, storage: 'memory', dashboard: true });
    queue = connect(contract, { url: server.url });
    await queue.subscribe('orders', { group: 'billing' }, () => undefined).ready;
    await queue.publish('orders', 'placed', { id: 'a' });
  });
  afterAll(async () => {
    await browser.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });
  beforeEach(async () => {
    sent = [];
    ({ page, problems } = await watchedPage(browser));
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => sent.push(String(payload)));
    });
  });
  afterEach(() => page.close());

  const openAt = async (path: string): Promise<void> => {
    await page.goto(`${server.url}${path}`);
    await page.getByRole('status').getByText('connected').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to' }).waitFor();
  };
  const asks = (search: string): boolean => sent.some((frame) => frame.includes(`"search":"${search}"`));

  it.each([
    ['/', 'orders/bill', 'orders/billing group', '/queues/orders/groups/billing'],
    ['/', 'orders/plac', 'orders/placed event', '/queues/orders?event=placed'],
    ['/', 'orders 1', 'orders #1 message', '/queues/orders/messages/1'],
    ['/', 'orders:1', 'orders #1 message', '/queues/orders/messages/1'],
    ['/', 'orders/call', 'orders/Calls page', '/queues/orders/calls'],
    ['/', 'orders/sched', 'orders/Scheduled page', '/queues/orders/scheduled'],
    ['/', 'schedules', 'Schedules page', '/schedules'],
    ['/queues/orders/contract', 'letters', 'orders/Dead letters page', '/queues/orders/dead-letters'],
    ['/queues/orders/contract', 'bill', 'orders/billing group', '/queues/orders/groups/billing'],
    ['/queues/orders/contract', 'canc', 'orders/cancelled event', '/queues/orders?event=cancelled'],
    ['/queues/orders/contract', '#1', 'orders #1 message', '/queues/orders/messages/1'],
  ])('at %s leads by %s to %s', async (path, search, name, to) => {
    await openAt(path);
    await page.keyboard.type(search);
    await page.getByRole('option', { name, exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.url}${to}`);
    expect(problems).toEqual([]);
  });

  it('asks the server once for what is typed without a pause', async () => {
    await openAt('/');
    await page.evaluate(TYPE_ORDERS);
    // A look at the server lets frames arrive.
    while (!asks('orders')) await queue.admin.queues();
    expect(['o', 'or', 'ord', 'orde', 'order'].filter(asks)).toEqual([]);
  });

  it('has no message of a queue that is not there', async () => {
    await openAt('/');
    await page.keyboard.type('nope 1');
    await page.getByText('Nothing has this name, or not for you.').waitFor();
  });
});
