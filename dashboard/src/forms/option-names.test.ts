import { expect, it } from '@jest/globals';
import { optionNames, withDistinctLabels } from './option-names.js';

const created = { type: 'object', properties: { kind: { const: 'created' }, id: { type: 'string' } } };

it.each<[string, unknown[], string[]]>([
  ['title', [{ title: 'A letter', type: 'object' }], ['A letter']],
  ['constant field', [created], ['kind: "created"']],
  ['value', [{ const: 1 }], ['1']],
  ['type', [{ type: 'string' }, { type: 'number' }, { type: 'null' }], ['text', 'a number', 'nothing']],
  ['required fields', [{ type: 'object', required: ['a', 'b'] }], ['with a, b']],
  ['number when nothing else is known', [{ type: 'object' }, true], ['Variant 1', 'Variant 2']],
  [
    'number when they have the same name',
    [created, { const: 1 }, created],
    ['kind: "created" 1', '1', 'kind: "created" 3'],
  ],
])('an option is called by its %s', (_, options, names) => {
  expect(optionNames(options)).toEqual(names);
});

it.each<[unknown[], string[]]>([
  [
    ['a', 1, true],
    ['a', '1', 'true'],
  ],
  [
    [1, '1', 2, true, 'true'],
    ['1', '"1"', '2', 'true', '"true"'],
  ],
])('the values %j are called %j', (values, labels) => {
  const options = values.map((value) => ({ label: String(value), value }));
  expect(withDistinctLabels(options).map(({ label }) => label)).toEqual(labels);
});
