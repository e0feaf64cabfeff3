import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const placed = z
  .strictObject({ id: z.string() })
  // Only the server can check it.
  .refine(({ id }) => id !== 'o-unknown', { path: ['id'], error: 'no such order' });
const contract = defineContract({
  orders: defineQueue('orders', { events: { placed, counted: z.strictObject({ count: z.int() }) } }),
  files: defineQueue('files', { events: { saved: z.null() } }),
});

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>\u202Egnp.exe\u0000';

describeInChromium('the schedules of a server', () => {
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

  const open = (search = '') => page.goto(`${server.url}/schedules${search}`);
  const row = (text: string) =>
    page.getByRole('region', { name: 'Schedules' }).getByRole('row').filter({ hasText: text });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const status = (text: string | RegExp) => page.getByRole('status').getByText(text).waitFor();
  const put = (name: string, id = 'o-1', headers = {}) =>
    queue.admin.schedules.put(name, {
      cron: '0 3 * * *',
      timeZone: 'Europe/Berlin',
      queue: 'orders',
      event: 'placed',
      payload: { id },
      headers,
    });
  const fill = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(fields))
      await page.getByLabel(name, { exact: true }).fill(text);
  };

  /** Opens the form of a new schedule. */
  const make = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    await open();
    await button('New schedule').click();
    await fill({ Queue: 'orders', ...fields });
    await page.getByLabel('Event').waitFor();
  };

  it('are made by a form, run, and are deleted when that is confirmed', async () => {
    await make({ Name: 'often', Cron: '* * * * * *' });
    await page.getByLabel('id*').fill('o-7');
    await button('Save schedule').click();
    await status(/^often is saved\. Next run: /);
    for await (const { payload } of queue.tail('orders', { from: 'start' })) {
      expect(payload).toEqual({ id: 'o-7' });
      break;
    }
    await page.reload();
    await row('often')
      .getByRole('cell')
      .nth(6)
      .getByText(/ago|now/)
      .waitFor();
    await row('often').getByRole('link', { name: 'often' }).click();
    await page.getByRole('heading', { name: 'often' }).waitFor();
    await button('Delete').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await status('often is deleted.');
    await page.getByText('No schedules').waitFor();
    expect(await queue.admin.schedules.list()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('are listed with their times', async () => {
    await put('nightly');
    await open();
    const cells = row('nightly').getByRole('cell');
    await cells.first().waitFor();
    const texts = await cells.allTextContents();
    expect(texts.slice(0, 5)).toEqual(['nightly', '0 3 * * *', 'Europe/Berlin', 'orders', 'placed']);
    expect(texts[5]).toMatch(/in \d+ (?:h|min|s)/);
    expect(texts.slice(6)).toEqual(['–', 'once']);
  });

  it('are edited, and what the form does not show stays', async () => {
    await put('nightly', 'o-1', { key: 'Ada' });
    await open('?name=nightly');
    await button('Edit schedule').click();
    expect(await page.getByLabel('id*').inputValue()).toBe('o-1');
    await fill({ Cron: '0 4 * * *' });
    await page.getByLabel('Missed runs').selectOption('all: each is made');
    await page.getByLabel('id*').fill('o-2');
    await button('Save schedule').click();
    await status(/^nightly is saved/);
    expect(await queue.admin.schedules.list()).toMatchObject([
      {
        name: 'nightly',
        cron: '0 4 * * *',
        timeZone: 'Europe/Berlin',
        missed: 'all',
        payload: { id: 'o-2' },
        headers: { key: 'Ada' },
      },
    ]);
    expect(problems).toEqual([]);
  });

  it('that would take the place of another one say so', async () => {
    await put('nightly');
    await make({ Name: 'nightly', Cron: '0 4 * * *' });
    await page.getByRole('note').getByText('There is a schedule of this name').waitFor();
  });

  it.each([
    ['Cron', { Cron: '61 * * * *' }, 'The cron of a schedule has 5 fields'],
    ['Time zone', { Cron: '0 3 * * *', 'Time zone': 'Mars/Base' }, 'The timeZone of a schedule is an IANA'],
  ])('say at the field %s what the server finds wrong in it', async (name, fields, text) => {
    await make({ Name: 'n', ...fields });
    await page.getByLabel('id*').fill('o-1');
    await button('Save schedule').click();
    await page.getByRole('alert').getByText(text).waitFor();
    const field = page.getByLabel(name, { exact: true });
    await field.and(page.locator(':focus')).waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await fill({ [name]: name === 'Cron' ? '0 3 * * *' : 'UTC' });
    await page.getByRole('alert').getByText(text).waitFor({ state: 'detached' });
    await button('Save schedule').click();
    await status(/^n is saved/);
    expect(problems).toEqual([]);
  });

  it('say what is wrong with a name', async () => {
    await make({ Name: 'a b', Cron: '0 3 * * *' });
    await page.getByLabel('id*').fill('o-1');
    await button('Save schedule').click();
    await page.getByRole('alert').getByText('The name of the schedule is not valid').waitFor();
  });

  it('show at its field what only the server finds wrong in a payload', async () => {
    await make({ Name: 'n', Cron: '0 3 * * *' });
    await page.getByLabel('id*').fill('o-unknown');
    await button('Save schedule').click();
    await page.locator('.error-detail').getByText('no such order').first().waitFor();
    await page.getByLabel('id*').fill('o-1');
    await page.locator('.error-detail').getByText('no such order').first().waitFor({ state: 'hidden' });
  });

  it('say what they lack before they are saved', async () => {
    await make({});
    expect(await button('Save schedule').getAttribute('title')).toBe('Give it a name.');
    expect(await button('Save schedule').isDisabled()).toBe(true);
    await fill({ Queue: 'nope' });
    await page.getByText('The server has no queue of this name, or not for you.').waitFor();
  });

  it('keep what was typed when the form is closed and opened', async () => {
    await make({ Name: 'n', Cron: '0 3 * * *' });
    await page.getByLabel('Event').selectOption('counted');
    await page.getByLabel('count*').fill('7');
    await button('Close the form').click();
    await button('New schedule').click();
    await page.getByLabel('count*').waitFor();
    expect(await page.getByLabel('count*').inputValue()).toBe('7');
    await button('Save schedule').click();
    await status(/^n is saved/);
    expect(await queue.admin.schedules.list()).toMatchObject([{ event: 'counted', payload: { count: 7 } }]);
  });

  it('are shown as text, whatever they have', async () => {
    await put('nightly', HOSTILE, { key: HOSTILE, '<b>': HOSTILE });
    await open('?name=nightly');
    await page.getByLabel('Payload', { exact: true }).last().getByText('onerror').waitFor();
    expect(await page.locator('main img, main script, main dt b').count()).toBe(0);
    expect(await page.locator('main').innerText()).not.toContain('\u202E');
    expect(await page.title()).toBe('Schedules · typed-queue');
    expect(problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'have nothing that axe-core finds wrong, in %s',
    async (colorScheme) => {
      await put('nightly');
      await page.emulateMedia({ colorScheme });
      const found = [];
      await make({ Name: 'n', Cron: '61 * * * *' });
      await page.getByLabel('id*').fill('o-1');
      await button('Save schedule').click();
      await page.getByRole('alert').getByText('The cron of a schedule').waitFor();
      found.push(...(await accessibilityFaults(page)));
      await open('?name=nightly');
      await button('Edit schedule').click();
      await page.getByLabel('id*').waitFor();
      found.push(...(await accessibilityFaults(page)));
      expect(found).toEqual([]);
    },
  );

  it('fit a narrow page', async () => {
    await put('nightly');
    await page.setViewportSize({ width: 360, height: 700 });
    await make({ Name: 'x'.repeat(128), Cron: '0 3 * * *' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await open('?name=nightly');
    await button('Edit schedule').click();
    await page.getByLabel('id*').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});
