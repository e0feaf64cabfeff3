import { expect, it } from '@jest/globals';
import { accessibilityFaults } from '../watched-page.fixture.js';
import { describeInChromium, formPage } from './form-page.fixture.js';
import { events } from './payload-events.fixture.js';

describeInChromium('the form of a payload', () => {
  const { page, problems, open, give, choose, button, publish, published, wrong, focused } = formPage();

  it('leaves out what is optional until it is added', async () => {
    await open('optionals');
    await page().getByLabel('id').fill('a');
    expect(await published()).toEqual({ id: 'a' });
    expect(problems()).toEqual([]);
  });

  it('has a union that is optional when it is added, with its constants, and not when it is removed', async () => {
    await open('optionals');
    await page().getByLabel('id').fill('a');
    await choose('method', 'kind: "card"');
    await page().getByRole('textbox', { name: 'number*' }).fill('1');
    await choose('method', 'kind: "voucher"');
    await button('Remove method').click();
    await choose('method', 'kind: "voucher"');
    await page().getByLabel('code').fill('2');
    expect(await published()).toEqual({ id: 'a', method: { kind: 'voucher', code: '2' } });
    await button('Remove method').click();
    expect(await published()).toEqual({ id: 'a' });
    expect(problems()).toEqual([]);
  });

  it.each(['to', 'kind', 'tags'])('removes the optional field %s that it added', async (name) => {
    await open('optionals');
    await page().getByLabel('id').fill('a');
    await button(`Add ${name}`).click();
    await button(`Remove ${name}`).click();
    expect(await published()).toEqual({ id: 'a' });
    expect(problems()).toEqual([]);
  });

  it('leaves out an optional choice that was made and taken back', async () => {
    await open('optionals');
    await page().getByLabel('id').fill('a');
    await page().getByLabel('rush').selectOption('Yes');
    expect(await published()).toEqual({ id: 'a', rush: true });
    await page().getByLabel('rush').selectOption('');
    expect(await published()).toEqual({ id: 'a' });
    expect(problems()).toEqual([]);
  });

  it('publishes null where it is allowed, and what is filled in instead', async () => {
    await open('nullables');
    await button('Set to null: to').click();
    await button('Set to null: note').click();
    await button('Set to null: method').click();
    expect(await published()).toEqual({ to: null, note: null, method: null });
    await button('Fill in to').click();
    await page().getByLabel('city').fill('Rome');
    await button('Fill in note').click();
    await choose('method', 'kind: "card"');
    await page().getByRole('textbox', { name: 'number*' }).fill('1');
    await page().getByLabel('note').fill('n');
    expect(await published()).toEqual({
      to: { city: 'Rome' },
      note: 'n',
      method: { kind: 'card', number: '1' },
    });
    expect(problems()).toEqual([]);
  });

  it('edits a payload as JSON when no form can show its schema', async () => {
    await open('nothing');
    expect(await button('Form').isDisabled()).toBe(true);
    await page().getByLabel('Payload').fill('1');
    await publish().click();
    await wrong().first().waitFor();
    await page().getByLabel('Payload').fill('null');
    expect(await published()).toBeNull();
    expect(problems()).toEqual([]);
  });

  it('has a label and an id of its own for a payload that is plain text', async () => {
    await open('text');
    await page().getByLabel('Payload').fill('hello');
    expect(await page().evaluate('document.querySelectorAll("#root").length')).toBe(1);
    expect(await published()).toBe('hello');
    await page().getByLabel('Payload').fill('');
    expect(await published()).toBe('');
    expect(problems()).toEqual([]);
  });

  it('can empty a required text where an empty one is allowed, and not leave it out', async () => {
    await open('texts');
    await publish().click();
    await wrong().first().waitFor();
    const names = ['plain', 'named', 'long'];
    expect(await wrong().allInnerTexts()).toEqual(names.map((name) => `${name} is required`));
    for (const name of names) {
      await page().getByLabel(`${name}*`).fill('abc');
      await page().getByLabel(`${name}*`).fill('');
    }
    expect(await wrong().allInnerTexts()).toEqual(['long is required']);
    await page().getByLabel('long*').fill('abc');
    expect(await published()).toEqual({ plain: '', named: '', long: 'abc' });
    expect(problems()).toEqual([]);
  });

  it('makes no choice in a new payload', async () => {
    await open('choices');
    await publish().click();
    await wrong().first().waitFor();
    expect(await wrong().allInnerTexts()).toEqual([
      'flag is required',
      'number is required',
      'size is required',
    ]);
    await page().getByLabel('flag').selectOption('No');
    await page().getByLabel('number*').selectOption('2');
    await page().getByLabel('size').selectOption('m');
    expect(await published()).toEqual({ flag: false, number: 2, size: 'm' });
    expect(problems()).toEqual([]);
  });

  it('adds nothing to a payload that lacks required fields, and says what is missing', async () => {
    await give('required', '{"id":"a"}');
    await publish().click();
    await wrong().first().waitFor();
    const missing = ['flag', 'number', 'list', 'to', 'method', 'record', 'inner'];
    const texts = await wrong().allInnerTexts();
    expect(texts.toSorted()).toEqual(missing.map((name) => `${name} is required`).toSorted());
    await page().getByLabel('id').fill('ab');
    await button('JSON').click();
    expect(await page().getByLabel('Payload').inputValue()).toBe('{\n  "id": "ab"\n}');
    expect(problems()).toEqual([]);
  });

  it('adds what is missing when somebody asks for it, with its constants', async () => {
    await give('required', '{"id":"a","flag":true,"number":1,"to":null}');
    for (const name of ['list', 'record', 'inner']) await button(`Add ${name}`).click();
    await choose('method', 'kind: "card"');
    await page().getByRole('textbox', { name: 'number*' }).fill('1');
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
    expect(problems()).toEqual([]);
  });

  it('keeps the line breaks of a text that is edited', async () => {
    await give('text', '"a\\nb\\tc"');
    await page().getByLabel('Payload').press('Control+End');
    await page().getByLabel('Payload').pressSequentially('x');
    expect(await published()).toBe('a\nb\tcx');
    expect(problems()).toEqual([]);
  });

  it('is no form of a text with line breaks that its fields cannot keep', async () => {
    await open('text');
    await button('JSON').click();
    await page().getByLabel('Payload').fill('"a\\r\\nb"');
    expect(await button('Form').isDisabled()).toBe(true);
    expect(await published()).toBe('a\r\nb');
    expect(problems()).toEqual([]);
  });

  it.each(['12345678901234567890', '{"a":1,"a":2}', '{'])(
    'publishes nothing of the JSON %s, and keeps it until it can be read',
    async (json) => {
      await open('many');
      await button('JSON').click();
      await page().getByLabel('Payload').fill('{"value":"before"}');
      await page().getByLabel('Payload').fill(json);
      await publish().click();
      expect(await page().locator('.error-detail').count()).toBe(1);
      expect(await button('Form').isDisabled()).toBe(true);
      expect(await page().getByRole('status').getByRole('link').count()).toBe(0);
      await page().getByLabel('Payload').fill('{"value":1}');
      expect(await published()).toEqual({ value: 1 });
      expect(problems()).toEqual([]);
    },
  );

  it.each([
    ['many', '{'],
    ['nothing', 'null'],
  ])('keeps what was typed as JSON for %s over another page: %s', async (event, json) => {
    await open(event);
    await button('JSON').click();
    await page().getByLabel('Payload').fill(json);
    await page().getByRole('link', { name: 'Contract', exact: true }).click();
    await publish().waitFor({ state: 'detached' });
    await page().goBack();
    expect(await page().getByLabel('Payload').inputValue()).toBe(json);
    expect(problems()).toEqual([]);
  });

  it('moves the focus to the field that a button made, or to the button in its place', async () => {
    await open('nullables');
    const steps = [
      ['Set to null: to', 'Fill in to'],
      ['Fill in to', 'city*'],
      ['Set to null: note', 'Fill in note'],
      ['Fill in note', 'note*'],
      ['Add tags', 'Add to tags'],
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
    expect(problems()).toEqual([]);
  });

  it.each(Object.keys(events))('publishes or says what is wrong: %s', async (event) => {
    await open(event);
    await publish().click();
    await wrong().or(page().getByRole('status').getByRole('link')).first().waitFor();
    expect(await accessibilityFaults(page())).toEqual([]);
    expect(problems()).toEqual([]);
  });
});
