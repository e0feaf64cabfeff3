import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const contract = defineContract({
  orders: defineQueue('orders', {
    events: { placed: z.strictObject({ id: z.string() }), reminded: z.strictObject({ id: z.string() }) },
  }),
});

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>\u202Egnp.exe\u0000';
const HOUR = 3_600_000;

describeInChromium('the messages of a queue that wait', () => {
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
  let server: TestServer;
  let queue: QueueClient<typeof contract>;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    ({ page, problems } = await watchedPage(browser));
    server = await startTestServer({ contract, storage: 'memory', dashboard: true });
    queue = connect(contract, { url: server.url });
  });
  afterEach(async () => {
    await page.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });

  const open = (path = '/scheduled') => page.goto(`${server.url}/queues/orders${path}`);
  const rows = () => page.getByRole('region', { name: 'Waiting messages' }).getByRole('row');
  const row = (text: string) => rows().filter({ hasText: text });
  const later = (id: string, hours: number, headers = {}) =>
    queue.publish('orders', 'placed', { id }, { deliverAt: Date.now() + hours * HOUR, headers });

  it('are listed, the next one first', async () => {
    const last = await later('o-1', 49);
    const first = await later('o-2', 5);
    await open();
    await row(last.id).waitFor();
    const ids = await rows().locator('td:last-child').allTextContents();
    expect(ids).toEqual([first.id, last.id]);
    await row(last.id).getByText('in 2 d').waitFor();
    await row(first.id)
      .getByText(/in 4 h 5\d min/)
      .waitFor();
    expect(problems).toEqual([]);
  });

  it('are opened, and cancelled when that is confirmed', async () => {
    const { id } = await later('o-1', 5, { key: 'Ada', tenant: 'a' });
    await later('o-2', 6);
    await open();
    await row(id).getByRole('link').click();
    await page.getByLabel('Payload', { exact: true }).last().getByText('"o-1"').waitFor();
    await page.getByLabel('Message').getByText('Header tenant').waitFor();
    await page.getByRole('button', { name: 'Cancel message' }).click();
    await page.getByRole('dialog').getByText('never published').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel message' }).click();
    await page.getByRole('status').getByText('Cancelled: it is never published.').waitFor();
    await row(id).waitFor({ state: 'detached' });
    const { messages } = await queue.admin.scheduled.list('orders');
    expect(messages).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('wait on when that is not confirmed', async () => {
    const { id } = await later('o-1', 5);
    await open(`/scheduled?message=${id}`);
    await page.getByRole('button', { name: 'Cancel message' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await queue.admin.scheduled.peek('orders', id)).toMatchObject({ id });
  });

  it('stay in sight when they go while they are opened', async () => {
    const { id } = await later('o-1', 5);
    await open(`/scheduled?message=${id}`);
    await page.getByLabel('Payload', { exact: true }).last().getByText('"o-1"').waitFor();
    await queue.admin.scheduled.cancel('orders', id);
    await page.getByText('It does not wait:').waitFor();
    expect(await page.getByLabel('Payload', { exact: true }).last().innerText()).toContain('"o-1"');
    expect(await page.getByRole('button', { name: 'Cancel message' }).isDisabled()).toBe(true);
  });

  it('are shown by pages', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 51; at++) ids.push((await later(`o-${at}`, at + 1)).id);
    await open();
    await page.getByRole('link', { name: 'Next page' }).click();
    await row(ids[50] ?? '').waitFor();
    await row(ids[0] ?? '').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'First page' }).click();
    await row(ids[0] ?? '').waitFor();
    expect(problems).toEqual([]);
  });

  it('are none, and then it is said how to make one', async () => {
    await open();
    await page.getByText('No message waits.').waitFor();
    await page.getByText('typed-queue pub orders … --deliver 2h').waitFor();
  });

  it('are shown as text, whatever they have', async () => {
    const { id } = await later(HOSTILE, 5, { key: HOSTILE, '<b>': HOSTILE });
    await open(`/scheduled?message=${id}`);
    await page.getByLabel('Payload', { exact: true }).last().getByText('onerror').waitFor();
    expect(await page.locator('main img, main script, main dt b').count()).toBe(0);
    expect(await page.locator('main').innerText()).not.toContain('\u202E');
    expect(await page.title()).toBe('Scheduled · orders · typed-queue');
    expect(problems).toEqual([]);
  });

  it('are published by the form after a delay, and it leads to them', async () => {
    await open('/publish?event=placed');
    await page.getByLabel('id', { exact: false }).first().fill('o-1');
    await page.getByLabel('Deliver').selectOption('after a delay');
    await page.getByLabel('Delay', { exact: true }).fill('soon');
    await page.getByText('Write a number and its unit').waitFor();
    expect(await page.getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Delay', { exact: true }).fill('5 h');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('status').getByText('Waits until').waitFor();
    await page.getByRole('link', { name: 'Show it' }).click();
    await page.getByLabel('Payload', { exact: true }).last().getByText('"o-1"').waitFor();
    expect(problems).toEqual([]);
  });

  it('are published by the form at a time', async () => {
    await open('/publish?event=placed');
    await page.getByLabel('id', { exact: false }).first().fill('o-1');
    await page.getByLabel('Deliver').selectOption({ index: 2 });
    const tomorrow = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 24 * HOUR);
    const local = new Date(tomorrow.getTime() - tomorrow.getTimezoneOffset() * 60_000);
    await page.getByLabel('Time', { exact: true }).fill(local.toISOString().slice(0, 16));
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('status').getByText('Waits until').waitFor();
    const { messages } = await queue.admin.scheduled.list('orders');
    expect(messages.map(({ dueAt }) => dueAt)).toEqual([tomorrow.getTime()]);
  });

  it.each(['light', 'dark'] as const)(
    'have nothing that axe-core finds wrong, in %s',
    async (colorScheme) => {
      const { id } = await later('o-1', 5);
      await page.emulateMedia({ colorScheme });
      const found = [];
      for (const path of ['', `?message=${id}`, '?after=9999999999999.1']) {
        await open(`/scheduled${path}`);
        await page.getByRole('status').getByText('connected').waitFor();
        await page.getByText('Loading…').waitFor({ state: 'hidden' });
        found.push(...(await accessibilityFaults(page)));
      }
      expect(found).toEqual([]);
    },
  );

  it('fit a narrow page', async () => {
    const { id } = await later('o-1', 5);
    await page.setViewportSize({ width: 360, height: 700 });
    await open();
    await row(id).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});
