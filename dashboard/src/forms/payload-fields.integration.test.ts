import { expect, it } from '@jest/globals';
import { describeInChromium, formPage } from './form-page.fixture.js';

describeInChromium('the fields of a payload', () => {
  const { page, problems, open, give, choose, button, publish, published, wrong, focused } = formPage();

  const field = (name: string) => page().getByLabel(name, { exact: true });

  it('are those of the items of a tuple, and JSON for what can be anything', async () => {
    await open('parts');
    await field('id*').fill('a');
    await field('at.0*').fill('1.5');
    await field('at.1*').fill('x');
    await button('Add more').click();
    await field('more.0*').fill('2');
    await field('any (JSON)*').fill('{"b":[null]}');
    expect(await published()).toEqual({ id: 'a', at: [1.5, 'x'], more: [2], any: { b: [null] } });
    expect(problems()).toEqual([]);
  });

  it('show what is too much in a tuple, to be removed', async () => {
    await give('parts', '{"id":"a","at":[1,"x",{}],"any":1,"json":[{"b":null}]}');
    await button('Remove at.2').click();
    expect(await published()).toEqual({ id: 'a', at: [1, 'x'], any: 1, json: [{ b: null }] });
    expect(problems()).toEqual([]);
  });

  it.each([
    ['json (JSON)', '{"b":', 'json cannot be read. This is not JSON'],
    ['json (JSON)', '1e999', 'json cannot be read. The number 1e999 cannot be kept'],
  ])('publish nothing of %s while it is %s', async (name, text, reason) => {
    await give('parts', '{"id":"a","at":[1,"x"],"any":1,"json":2}');
    await field(name).fill(text);
    await publish().click();
    expect(await wrong().allInnerTexts()).toEqual([expect.stringContaining(reason)]);
    await field(name).fill('');
    expect(await published()).toEqual({ id: 'a', at: [1, 'x'], any: 1 });
    expect(problems()).toEqual([]);
  });

  it.each(['12345678901234567890', '0.1234567890123456789', '1e999', '-', '1,5'])(
    'publish nothing of an optional number while it is %s',
    async (text) => {
      await give('numbers', '{"a":null,"b":2.50,"c":3}');
      await field('c').fill(text);
      await publish().click();
      expect(await wrong().allInnerTexts()).toEqual([expect.stringContaining('c cannot be read.')]);
      expect(await field('c').inputValue()).toBe(text);
      await field('c').fill('');
      expect(await published()).toEqual({ a: null, b: 2.5 });
      expect(problems()).toEqual([]);
    },
  );

  it('keep a number as it is typed', async () => {
    await open('numbers');
    await button('Set to null: a').click();
    await button('Fill in a').click();
    await page().keyboard.type('-1.50');
    await field('b*').fill('1e3');
    expect(await field('a*').inputValue()).toBe('-1.50');
    expect(await published()).toEqual({ a: -1.5, b: 1000 });
    expect(problems()).toEqual([]);
  });

  it.each(['12345678901234567890', '-', ''])(
    'stay those of a chosen variant while its number is %j',
    async (text) => {
      await open('many');
      await choose('value', 'a number');
      await field('value*').fill(text);
      expect(await focused()).toBe('value*');
      await field('value*').fill('5');
      expect(await published()).toEqual({ value: 5 });
      expect(problems()).toEqual([]);
    },
  );

  it('choose no variant of a required union', async () => {
    await open('either');
    await publish().click();
    await wrong().first().waitFor();
    expect(await wrong().allInnerTexts()).toEqual(['to is required']);
    await choose('to', 'with fax');
    expect(await focused()).toBe('Variant of to');
    await field('fax*').fill('1');
    expect(await published()).toEqual({ to: { fax: 1 } });
    expect(problems()).toEqual([]);
  });

  it('choose no variant of a whole payload', async () => {
    await open('rootUnion');
    await field('Variant').selectOption('kind: "voucher"');
    await field('code*').fill('1');
    expect(await published()).toEqual({ kind: 'voucher', code: '1' });
    expect(problems()).toEqual([]);
  });

  it('are JSON for a payload that is none of those listed, and keep it', async () => {
    await open('rootEnum');
    await button('JSON').click();
    await page().getByLabel('Payload').fill('"xl"');
    expect(await button('Form').isDisabled()).toBe(true);
    await page().getByLabel('Payload').fill('"m"');
    await button('Form').click();
    expect(await published()).toBe('m');
    expect(problems()).toEqual([]);
  });

  it('name a value that a list of choices does not have', async () => {
    await give('choices', '{"flag":true,"number":1,"size":"xl"}');
    expect(await page().getByLabel('size*').innerText()).toContain('"xl" (not allowed)');
    expect(problems()).toEqual([]);
  });

  it('keep the offset and the microseconds of a time that is edited', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    await give('dates', `{"at":"2026-01-02T03:04:05.123456+02:00","mail":"a@b.cd","id":"${id}"}`);
    await field('at*').press('Home');
    await field('at*').press('Delete');
    await page().keyboard.type('3');
    expect(await published()).toEqual({ at: '3026-01-02T03:04:05.123456+02:00', mail: 'a@b.cd', id });
    expect(problems()).toEqual([]);
  });

  it('have the names that errors have, in lists of lists, too', async () => {
    await give('nestedLists', '{"rows":[["a"],["b",1]]}');
    await publish().click();
    expect(await wrong().allInnerTexts()).toEqual(['rows.1.1 must be text']);
    await field('rows.1.1*').fill('c');
    await button('Move up rows.1').click();
    await button('Remove rows.0.0').click();
    expect(await published()).toEqual({ rows: [['c'], ['a']] });
    expect(problems()).toEqual([]);
  });

  it('have the titles of items beside their names', async () => {
    await give('titledItems', '[{"a":"b"}]');
    await page().getByRole('group', { name: 'Payload.0 (Row)*' }).getByLabel('a*').waitFor();
    expect(problems()).toEqual([]);
  });

  it('keep an entry of a record whose key a form would lose', async () => {
    await give('records', '{"counts":{"a":1}}');
    await field('a Key').fill('__proto__');
    await publish().click();
    expect(await wrong().allInnerTexts()).toEqual([
      expect.stringContaining('counts.a cannot get the key __proto__'),
    ]);
    await field('a Key').fill('b');
    expect(await published()).toEqual({ counts: { b: 1 } });
    expect(problems()).toEqual([]);
  });

  it('show which entries of a record are null, and make them so', async () => {
    await give('nullableRecord', '{"a":null,"b":1}');
    await button('Fill in a').click();
    await page().keyboard.type('-2');
    await button('Set to null: b').click();
    expect(await published()).toEqual({ a: -2, b: null });
    await button('Remove b').click();
    expect(await published()).toEqual({ a: -2 });
    expect(problems()).toEqual([]);
  });

  it('say which moment a time with an offset is for the viewer', async () => {
    const [moment] = await page().evaluate<[string]>(
      `[new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' }).format(Date.UTC(2026, 0, 2, 1, 4, 5))]`,
    );
    await open('dates');
    await field('at*').fill('2026-01-02T03:04:05+02:00');
    await page().getByText(moment, { exact: true }).waitFor();
    await field('at*').fill('2026-01-02T03:04:05');
    await page().getByText(moment, { exact: true }).waitFor({ state: 'detached' });
    expect(problems()).toEqual([]);
  });

  it('are JSON for a record with a key that a form would lose', async () => {
    await open('record');
    await button('JSON').click();
    await page().getByLabel('Payload').fill('{"__proto__":1}');
    expect(await button('Form').isDisabled()).toBe(true);
    expect(problems()).toEqual([]);
  });
});

describeInChromium('the focus in a list', () => {
  const { page, problems, open, give, button, focused } = formPage();

  const press = async (name: string): Promise<unknown> => {
    await button(name).press('Enter');
    return focused();
  };

  it.each([
    ['list', 'Payload'],
    ['lines', 'lines'],
  ])('is in the item that is added to %s', async (event, name) => {
    await open(event);
    await press(`Add to ${name}`);
    await page().keyboard.type('a');
    expect(await page().locator('fieldset input').inputValue()).toBe('a');
    expect(problems()).toEqual([]);
  });

  it('is on the next button that removes, and at last on the one that adds', async () => {
    await give('list', '["a","b","c"]');
    const [second, first] = ['Remove Payload.1', 'Remove Payload.0'];
    expect([await press(second), await press(second), await press(first)]).toEqual([
      second,
      first,
      'Add to Payload',
    ]);
    expect(problems()).toEqual([]);
  });

  it('moves with an item', async () => {
    await give('list', '["a","b","c"]');
    expect([await press('Move down Payload.0'), await press('Move down Payload.1')]).toEqual([
      'Move down Payload.1',
      'Move up Payload.2',
    ]);
    expect(problems()).toEqual([]);
  });

  it('is in the key of an entry that is added to a record, and not lost when it is removed', async () => {
    await open('record');
    expect([await press('Add to Payload'), await press('Remove newKey')]).toEqual([
      'newKey Key',
      'Add to Payload',
    ]);
    expect(problems()).toEqual([]);
  });
});
