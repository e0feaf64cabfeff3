import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';
import { events } from './payload-events.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const contract = defineContract({ orders: defineQueue('orders', { events }) });

describeInChromium('the form of a payload', () => {
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
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
    ({ page, problems } = await watchedPage(browser));
  });
  afterEach(() => page.close());

  const open = async (event: string): Promise<void> => {
    await page.goto(`${server.url}/queues/orders/publish?event=${event}`);
    await publish().waitFor();
  };
  const publish = () => page.getByRole('button', { name: 'Publish', exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const wrong = () => page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem');

  /** The payload that is stored when the form is published. */
  const published = async (): Promise<unknown> => {
    await publish().click();
    const link = page.getByRole('status').getByRole('link');
    const seq = Number((await link.innerText()).slice(1));
    const { message } = await queue.admin.message('orders', seq);
    return message?.payload;
  };

  it('leaves out what is optional until it is added', async () => {
    await open('optionals');
    await page.getByLabel('id').fill('a');
    expect(await published()).toEqual({ id: 'a' });
    expect(problems).toEqual([]);
  });

  it('has a union that is optional when it is added, with its constants, and not when it is removed', async () => {
    await open('optionals');
    await page.getByLabel('id').fill('a');
    await button('Add method').click();
    await page.getByRole('textbox', { name: 'number*' }).fill('1');
    await button('Remove method').click();
    await button('Add method').click();
    await page.getByLabel('Variant of method').selectOption('kind: "voucher"');
    await page.getByLabel('code').fill('2');
    expect(await published()).toEqual({ id: 'a', method: { kind: 'voucher', code: '2' } });
    await button('Remove method').click();
    expect(await published()).toEqual({ id: 'a' });
    expect(problems).toEqual([]);
  });

  it.each(['to', 'kind', 'tags'])('removes the optional field %s that it added', async (name) => {
    await open('optionals');
    await page.getByLabel('id').fill('a');
    await button(`Add ${name}`).click();
    await button(`Remove ${name}`).click();
    expect(await published()).toEqual({ id: 'a' });
    expect(problems).toEqual([]);
  });

  it('leaves out an optional choice that was made and taken back', async () => {
    await open('optionals');
    await page.getByLabel('id').fill('a');
    await page.getByLabel('rush').selectOption('Yes');
    expect(await published()).toEqual({ id: 'a', rush: true });
    await page.getByLabel('rush').selectOption('');
    expect(await published()).toEqual({ id: 'a' });
    expect(problems).toEqual([]);
  });

  it('publishes null where it is allowed, and what is filled in instead', async () => {
    await open('nullables');
    await button('Set to null: to').click();
    await button('Set to null: note').click();
    await button('Set to null: method').click();
    expect(await published()).toEqual({ to: null, note: null, method: null });
    await button('Fill in to').click();
    await page.getByLabel('city').fill('Rome');
    await button('Fill in note').click();
    await button('Fill in method').click();
    await page.getByRole('textbox', { name: 'number*' }).fill('1');
    await page.getByLabel('note').fill('n');
    expect(await published()).toEqual({
      to: { city: 'Rome' },
      note: 'n',
      method: { kind: 'card', number: '1' },
    });
    expect(problems).toEqual([]);
  });

  it('edits a payload as JSON when a form has no field for a part of its schema', async () => {
    await open('tuple');
    expect(await button('Form').isDisabled()).toBe(true);
    await page.getByLabel('Payload').fill('{"at":[1]}');
    await publish().click();
    await wrong().first().waitFor();
    await page.getByLabel('Payload').fill('{"at":[1,2]}');
    expect(await published()).toEqual({ at: [1, 2] });
    expect(problems).toEqual([]);
  });

  it('has a label and an id of its own for a payload that is plain text', async () => {
    await open('text');
    await page.getByLabel('Payload').fill('hello');
    expect(await page.evaluate('document.querySelectorAll("#root").length')).toBe(1);
    expect(await published()).toBe('hello');
    await page.getByLabel('Payload').fill('');
    expect(await published()).toBe('');
    expect(problems).toEqual([]);
  });

  /** As somebody gave it. */
  const give = async (event: string, json: string): Promise<void> => {
    await open(event);
    await button('JSON').click();
    await page.getByLabel('Payload').fill(json);
    await button('Form').click();
  };

  it('makes no choice in a new payload', async () => {
    await open('choices');
    await publish().click();
    await wrong().first().waitFor();
    expect(await wrong().allInnerTexts()).toEqual([
      'flag is required',
      'number is required',
      'size is required',
    ]);
    await page.getByLabel('flag').selectOption('No');
    await page.getByLabel('number*').selectOption('2');
    await page.getByLabel('size').selectOption('m');
    expect(await published()).toEqual({ flag: false, number: 2, size: 'm' });
    expect(problems).toEqual([]);
  });

  it('adds nothing to a payload that lacks required fields, and says what is missing', async () => {
    await give('required', '{"id":"a"}');
    await publish().click();
    await wrong().first().waitFor();
    const missing = ['flag', 'number', 'list', 'to', 'method', 'record', 'inner'];
    const texts = await wrong().allInnerTexts();
    expect(texts.toSorted()).toEqual(missing.map((name) => `${name} is required`).toSorted());
    await page.getByLabel('id').fill('ab');
    await button('JSON').click();
    expect(await page.getByLabel('Payload').inputValue()).toBe('{\n  "id": "ab"\n}');
    expect(problems).toEqual([]);
  });

  it('adds what is missing when somebody asks for it, with its constants', async () => {
    await give('required', '{"id":"a","flag":true,"number":1,"to":null}');
    for (const name of ['list', 'method', 'record', 'inner']) await button(`Add ${name}`).click();
    await page.getByRole('textbox', { name: 'number*' }).fill('1');
    expect(await published()).toEqual({
      id: 'a',
      flag: true,
      number: 1,
      to: null,
      list: [],
      method: { kind: 'card', number: '1' },
      record: {},
      inner: { kind: 'gift' },
    });
    expect(problems).toEqual([]);
  });

  it('keeps the line breaks of a text that is edited', async () => {
    await give('text', '"a\\nb\\tc"');
    await page.getByLabel('Payload').press('Control+End');
    await page.getByLabel('Payload').pressSequentially('x');
    expect(await published()).toBe('a\nb\tcx');
    expect(problems).toEqual([]);
  });

  it('is no form of a text with line breaks that its fields cannot keep', async () => {
    await open('text');
    await button('JSON').click();
    await page.getByLabel('Payload').fill('"a\\r\\nb"');
    expect(await button('Form').isDisabled()).toBe(true);
    expect(await published()).toBe('a\r\nb');
    expect(problems).toEqual([]);
  });

  it.each(['12345678901234567890', '{"a":1,"a":2}', '{'])(
    'publishes nothing of the JSON %s, and keeps it until it can be read',
    async (json) => {
      await open('many');
      await button('JSON').click();
      await page.getByLabel('Payload').fill('{"value":"before"}');
      await page.getByLabel('Payload').fill(json);
      await publish().click();
      expect(await page.locator('.error-detail').count()).toBe(1);
      expect(await button('Form').isDisabled()).toBe(true);
      expect(await page.getByRole('status').getByRole('link').count()).toBe(0);
      await page.getByLabel('Payload').fill('{"value":1}');
      expect(await published()).toEqual({ value: 1 });
      expect(problems).toEqual([]);
    },
  );

  it.each([
    ['many', '{'],
    ['nothing', 'null'],
  ])('keeps what was typed as JSON for %s over another page: %s', async (event, json) => {
    await open(event);
    await button('JSON').click();
    await page.getByLabel('Payload').fill(json);
    await page.getByRole('link', { name: 'Contract', exact: true }).click();
    await publish().waitFor({ state: 'detached' });
    await page.goBack();
    expect(await page.getByLabel('Payload').inputValue()).toBe(json);
    expect(problems).toEqual([]);
  });

  const focused = (): Promise<unknown> =>
    page.evaluate(
      'document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText || document.activeElement.title',
    );

  it('moves the focus to the field that a button made, or to the button in its place', async () => {
    await open('nullables');
    const steps = [
      ['Set to null: to', 'Fill in to'],
      ['Fill in to', 'city*'],
      ['Set to null: note', 'Fill in note'],
      ['Fill in note', 'note*'],
      ['Set to null: method', 'Fill in method'],
      ['Fill in method', 'Variant of method'],
      ['Add tags', 'Add'],
      ['Set to null: tags', 'Fill in tags'],
      ['Remove tags', 'Add tags'],
    ] as const;
    const found: unknown[] = [];
    for (const [name] of steps) {
      await button(name).click();
      await button(name).waitFor({ state: 'detached' });
      found.push(await focused());
    }
    expect(found).toEqual(steps.map(([, field]) => field));
    expect(problems).toEqual([]);
  });

  it.each(Object.keys(events))('publishes or says what is wrong: %s', async (event) => {
    await open(event);
    await publish().click();
    await wrong().or(page.getByRole('status').getByRole('link')).first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});
