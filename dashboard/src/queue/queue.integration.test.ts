import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, DeadLetter, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

/** Its own type is too deep for that of a contract. */
const anyJson: z.ZodType = z.json();

const contract = defineContract({
  orders: defineQueue('orders', {
    events: {
      placed: z.strictObject({
        customer: z.string().check(z.refine((name) => name !== 'nobody', 'is nobody')),
        quantity: z.int().positive(),
      }),
      paid: z.strictObject({
        account: z.string().optional(),
        method: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('card'), number: z.string() }),
          z.strictObject({ kind: z.literal('voucher'), code: z.string() }),
        ]),
        total: z.number(),
      }),
      moved: z.discriminatedUnion('to', [
        z.strictObject({ to: z.literal('shelf'), shelf: z.string() }),
        z.strictObject({ to: z.literal('shop'), shop: z.string() }),
      ]),
      anything: anyJson,
    },
  }),
});

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>\u202Egnp.exe\u0000';

const deep = (levels: number): z.core.util.JSONType =>
  levels === 0 ? 'the core' : levels % 2 === 0 ? [deep(levels - 1)] : { level: deep(levels - 1) };

describeInChromium('the pages of a queue in Chromium', () => {
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

  const place = (customer: string, headers = {}) =>
    queue.publish('orders', 'placed', { customer, quantity: 1 }, { headers });

  const list = () => page.getByRole('region', { name: 'Messages', exact: true }).last();
  const row = (text: string) => list().getByRole('row').filter({ hasText: text });
  const open = (path = '') => page.goto(`${server.url}/queues/orders${path}`);
  const live = () => page.getByText('Live: 0 rows').waitFor();

  it('names a union of objects once, and its variants by what tells them apart', async () => {
    await open('/publish?event=paid');
    const variant = page.getByLabel('Variant of method');
    await variant.selectOption('kind: "card"');
    await page.getByRole('textbox', { name: 'number*' }).waitFor();
    expect(await variant.getByRole('option').allInnerTexts()).toEqual(['kind: "card"', 'kind: "voucher"']);
    expect(await page.getByText(/^method/).count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('shows a message when it is published, and leads to it', async () => {
    await open();
    await live();
    await place('Ada', { key: 'order-1', tenant: 'a' });
    await row('Ada').getByRole('link', { name: '#1' }).click();
    await page.getByRole('heading', { name: '#1', exact: true }).waitFor();
    await page.getByText('Header tenant').waitFor();
    expect(await page.getByLabel('Payload').last().innerText()).toContain('"customer": "Ada"');
    expect(problems).toEqual([]);
  });

  it('shows only what its address says', async () => {
    await place('Ada', { key: 'a' });
    await place('Bob', { key: 'b' });
    await queue.publish('orders', 'anything', 'Bob');
    await open('?from=start&event=placed&text=bob');
    await row('Bob').waitFor();
    expect(await list().getByRole('row').count()).toBe(2);
    await page.getByLabel('Text in the payload').fill('');
    await page.getByLabel('Key').fill('a');
    await page.getByRole('button', { name: 'Show' }).click();
    await row('Ada').waitFor();
    expect(page.url()).toBe(`${server.url}/queues/orders?from=start&event=placed&key=a`);
    expect(await list().getByRole('row').count()).toBe(2);
  });

  it('begins at a message, and says what that means', async () => {
    await place('Ada');
    await place('Bob');
    await open();
    await page.getByLabel('From').selectOption('a message');
    await page.getByLabel('Seq').fill('2');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('That is #2, with 1 message from there to the end.').waitFor();
    await row('Bob').waitFor();
    expect(await row('Ada').count()).toBe(0);
  });

  it('pauses, and then shows what came meanwhile', async () => {
    await open();
    await live();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused: 0 rows').waitFor();
    await place('Ada');
    await page.getByRole('button', { name: 'Resume' }).click();
    await row('Ada').waitFor();
    expect(problems).toEqual([]);
  });

  it('says how much passed when more is published than can be read', async () => {
    await open();
    await live();
    await page.getByRole('button', { name: 'Pause' }).click();
    for (let batch = 0; batch < 5; batch++) {
      const messages = Array.from({ length: 1_000 }, () => ({ event: 'anything' as const, payload: 1 }));
      await queue.publishBatch('orders', messages);
    }
    await page.getByRole('button', { name: 'Resume' }).click();
    await list().getByText('messages passed, more than can be read').waitFor();
    await list().getByRole('link', { name: '#5000', exact: true }).waitFor();
    expect(problems).toEqual([]);
  });

  it('shows what each group made of a message', async () => {
    const subscription = queue.subscribe('orders', { group: 'billing' }, () => {
      throw new DeadLetter('no such customer');
    });
    await subscription.ready;
    await place('Ada');
    await open('/messages/1');
    const letter = page.getByRole('link', { name: 'Dead letter 1.' });
    await letter.waitFor();
    expect(await letter.getAttribute('href')).toBe('/queues/orders/dead-letters?letter=1');
    await page.getByRole('link', { name: 'billing' }).click();
    await page.waitForURL(`${server.url}/queues/orders/groups/billing`);
    await subscription.close();
  });

  it('says why there is no message', async () => {
    await place('Ada');
    await place('Bob');
    await queue.admin.purge('orders');
    await open('/messages/1');
    await page.getByText('#1 is gone').waitFor();
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('#3 was not published yet.').waitFor();
    expect(problems).toEqual([]);
  });

  it('publishes by a form, and leads to the message', async () => {
    await open('/publish?event=placed');
    await page.getByLabel('customer').fill('Ada');
    await page.getByLabel('quantity').fill('0');
    await page.locator('.error-detail').first().waitFor();
    await page.getByLabel('quantity').fill('3');
    await page.getByText('Ordering key, headers').click();
    await page.getByLabel('Ordering key', { exact: true }).fill('order-1');
    await page.getByLabel('Dedupe key').fill('order-1-placed');
    await page.getByRole('button', { name: 'Add a header' }).click();
    await page.getByLabel('Name of header 1').fill('tenant');
    await page.getByLabel('Value of header 1').fill('a');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Stored as #1.').waitFor();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Its dedupe key is known: stored before as #1.').waitFor();
    await page.getByRole('link', { name: '#1' }).click();
    await page.getByText('order-1', { exact: true }).waitFor();
    const { message } = await queue.admin.message('orders', 1);
    expect(message).toMatchObject({
      payload: { customer: 'Ada', quantity: 3 },
      headers: { key: 'order-1', tenant: 'a' },
    });
    expect(problems).toEqual([]);
  });

  it('has fields that must be filled in before those that need not be', async () => {
    await open('/publish?event=paid');
    await page.getByLabel('total').waitFor();
    const inputs = await page.locator('#payload > .rjsf-field > input').all();
    const ids = inputs.map((input) => input.getAttribute('id'));
    expect(await Promise.all(ids)).toEqual(['payload_total', 'payload_account']);
  });

  it('publishes the variant of a union that is chosen, with its constants filled in', async () => {
    await open('/publish?event=paid');
    await page.getByLabel('total').fill('3');
    await page.getByLabel('Variant of method').selectOption('kind: "voucher"');
    await page.getByLabel('code').fill('TEA-10');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Stored as #1.').waitFor();
    const { message } = await queue.admin.message('orders', 1);
    expect(message?.payload).toEqual({ total: 3, method: { kind: 'voucher', code: 'TEA-10' } });
    expect(problems).toEqual([]);
  });

  it('names the selector of a payload that is itself a union', async () => {
    await open('/publish?event=moved');
    await page.getByLabel('Variant', { exact: true }).selectOption('to: "shop"');
    await page.getByLabel('shop').waitFor();
    expect(problems).toEqual([]);
  });

  it('shows at its field what only the server finds wrong', async () => {
    await open('/publish?event=placed');
    await page.getByLabel('customer').fill('nobody');
    await page.getByLabel('quantity').fill('3');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.locator('.error-detail').getByText('is nobody').first().waitFor();
    await page.getByLabel('customer').fill('Ada');
    await page.locator('.error-detail').getByText('is nobody').first().waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
  });

  it('publishes as JSON what no form can show', async () => {
    await open('/publish?event=anything');
    await page.getByLabel('Payload').fill('[1, {"a": "b"}]');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Stored as #1.').waitFor();
    expect((await queue.admin.message('orders', 1)).message?.payload).toEqual([1, { a: 'b' }]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['markup', HOSTILE],
    ['names that are markup', { [HOSTILE]: HOSTILE }],
    ['1 MiB of text', 'x'.repeat(1_000_000)],
    ['characters that have names', '\u202E'.repeat(300_000)],
    ['many fields', Object.fromEntries(Array.from({ length: 50_000 }, (_each, at) => [`f${at}`, at]))],
    ['100 levels', deep(99)],
  ])('shows %s as text, and answers at once', async (_what, payload) => {
    await queue.publish('orders', 'anything', payload, { headers: { key: HOSTILE, '<b>': HOSTILE } });
    await open('?from=start');
    await list().getByRole('link', { name: '#1', exact: true }).click();
    await page.getByRole('heading', { name: '#1', exact: true }).waitFor();
    const more = page.getByRole('button', { name: 'Show more' });
    if ((await more.count()) > 0) await more.click();
    await page.goBack();
    await row('#1').waitFor();
    expect(await page.title()).toBe('orders · typed-queue');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.locator('main').innerText()).not.toContain('\u202E');
    expect(problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core finds wrong, in %s', async (colorScheme) => {
    const subscription = queue.subscribe('orders', { group: 'billing' }, () => undefined);
    await subscription.ready;
    await place('Ada', { key: 'order-1' });
    await page.emulateMedia({ colorScheme });
    const found = [];
    const forms = ['anything', 'placed', 'paid', 'moved'].map((event) => `/publish?event=${event}`);
    for (const path of ['?from=start', '/messages/1', '/messages/9', ...forms]) {
      await open(path);
      await page.getByRole('status').getByText('connected').waitFor();
      await page.getByText('Loading…').waitFor({ state: 'hidden' });
      found.push(...(await accessibilityFaults(page)));
    }
    await subscription.close();
    expect(found).toEqual([]);
  });
});
