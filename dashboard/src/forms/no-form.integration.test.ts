import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, DeadLetter, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const text = z.string();
const words = { $ref: text, $defs: text, $id: text, $schema: text, items: text, properties: text };

/** The library of the forms does not find what is inside. */
const city = z.strictObject({ name: text }).meta({ id: 'city' });
const address = z.strictObject({ city }).meta({ id: 'address', $id: 'https://example.com/address' });

const contract = defineContract({
  orders: defineQueue('orders', {
    events: {
      failing: z.strictObject({ address }),
      words: z.strictObject({ ...words, inner: z.strictObject(words) }),
      within: z.strictObject({
        list: z.array(z.strictObject(words)),
        record: z.record(text, z.strictObject(words)),
        union: z.union([z.strictObject({ other: text }), z.strictObject(words)]),
      }),
      numbers: z.strictObject({ list: z.array(z.number()) }),
    },
  }),
});

describeInChromium('a payload that is not for every form', () => {
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
  let server: TestServer;
  let queue: QueueClient<typeof contract>;

  beforeAll(async () => {
    browser = await launchChromium();
    server = await startTestServer({ contract, storage: 'memory', dashboard: true });
    queue = connect(contract, { url: server.url });
    queue.on('dead-letter', () => undefined);
  });
  afterAll(async () => {
    await browser.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });
  beforeEach(async () => {
    ({ page, problems } = await watchedPage(browser));
  });
  afterEach(() => page.close());

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const json = () => page.getByLabel('Payload').last();
  const open = async (path: string): Promise<void> => {
    await page.goto(`${server.url}/queues/orders/${path}`);
  };
  const publish = async (): Promise<void> => {
    await button('Publish').click();
    await page.getByText('Stored as').waitFor();
  };
  const lastPayload = async (): Promise<unknown> => {
    const seq = Number((await page.getByRole('status').getByRole('link').innerText()).slice(1));
    return (await queue.admin.message('orders', seq)).message?.payload;
  };
  const valuesOf = (prefix: string): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.keys(words).map((name) => [name, `${prefix} ${name}`]));

  it('has fields of the names that schemas have', async () => {
    await open('publish?event=words');
    for (const name of Object.keys(words)) {
      await page.locator(`[id="payload_${name}"]`).fill(`outer ${name}`);
      await page.locator(`[id="payload_inner_${name}"]`).fill(`inner ${name}`);
    }
    await publish();
    expect(await lastPayload()).toEqual({ ...valuesOf('outer'), inner: valuesOf('inner') });
    expect(problems).toEqual([]);
  });

  it('has fields of these names in lists, records and unions', async () => {
    await open('publish?event=within');
    await button('JSON').click();
    const payload = { list: [valuesOf('a')], record: { one: valuesOf('b') }, union: valuesOf('c') };
    await json().fill(JSON.stringify(payload));
    await button('Form').click();
    const refs = page.locator('input[id$="$ref"]');
    await refs.nth(2).waitFor();
    await refs.first().fill('changed');
    await publish();
    expect(await lastPayload()).toEqual({ ...payload, list: [{ ...valuesOf('a'), $ref: 'changed' }] });
    expect(problems).toEqual([]);
  });

  it('is written as JSON where the form of its event fails, which leaves the choice of the event', async () => {
    await open('publish');
    await page.getByText('The form failed').waitFor();
    await json().fill('{"address":{"city":{"name":"Rome"}}}');
    await publish();
    expect(await lastPayload()).toEqual({ address: { city: { name: 'Rome' } } });
    await page.getByLabel(/^Event/).selectOption('numbers');
    await page.getByRole('button', { name: 'Form', pressed: true }).waitFor();
  });

  it('stays JSON when it becomes small enough for a form', async () => {
    await open('publish?event=numbers');
    await button('JSON').click();
    await json().fill(JSON.stringify({ list: Array.from({ length: 201 }, () => 1) }));
    await page.getByText('more than 200 items').waitFor();
    expect(await button('Form').isDisabled()).toBe(true);
    await json().fill('{"list":[1]}');
    await page.getByText('more than 200 items').waitFor({ state: 'detached' });
    expect(await json().inputValue()).toBe('{"list":[1]}');
    await button('Form').click();
    await page.locator('#payload_list_0').waitFor();
    expect(problems).toEqual([]);
  });

  it('is edited as JSON at once where a letter has thousands of items', async () => {
    const list = Array.from({ length: 20_000 }, (_, index) => index);
    const subscription = queue.subscribe('orders', { group: 'billing', events: ['numbers'] }, () => {
      throw new DeadLetter('no');
    });
    await subscription.ready;
    await queue.publish('orders', 'numbers', { list });
    for (;;) if ((await queue.admin.deadLetterSummary('orders')).letters > 0) break;
    await subscription.close();
    const [letter] = (await queue.admin.deadLetters('orders')).letters;
    await open(`dead-letters?letter=${letter?.position}`);
    await button('Edit payload').click();
    await page.getByText('more than 200 items').waitFor();
    expect(JSON.parse(await json().inputValue())).toEqual({ list });
    expect(problems).toEqual([]);
  });
});
