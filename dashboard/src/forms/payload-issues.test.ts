import { describe, expect, it } from '@jest/globals';
import { payloadIssues } from './payload-issues.js';

const schema = {
  type: 'object',
  properties: {
    path: { type: 'string', minLength: 2 },
    kind: { anyOf: [{ const: 'a' }, { type: 'number' }] },
    list: { type: 'array', items: { $ref: '#/$defs/item' } },
    'a/b~c %': { type: 'boolean' },
  },
  required: ['path', 'the "name"'],
  additionalProperties: false,
  $defs: { item: { type: 'object', properties: { x: { type: 'string' } }, required: ['x'] } },
};
const valid = { path: 'ab', kind: 1, list: [{ x: 'y' }] };
const paths = (payload: unknown): string[] =>
  payloadIssues(schema, payload).map(({ path }) => path.join('|'));

describe('the issues of a payload', () => {
  it('are at the fields that are wrong, and not at those around them', () => {
    expect(paths({ path: 'a', kind: true, list: [{ x: 'y' }, { x: 1 }], 'the "name"': 1 })).toEqual([
      'path',
      'kind',
      'list|1|x',
      'the "name"',
    ]);
  });

  it('are at the fields that are missing', () => {
    expect(payloadIssues(schema, { list: [{}] })).toEqual([
      { path: ['path'], message: 'is required' },
      { path: ['the "name"'], message: 'is required' },
      { path: ['list', '0', 'x'], message: 'is required' },
    ]);
  });

  it('are at a field that the event has not', () => {
    const payload = { ...valid, extra: 1 };
    expect(payloadIssues(schema, payload).filter(({ path }) => path.join() === 'extra')).toEqual([
      { path: ['extra'], message: 'is not a field of this event' },
    ]);
  });

  it('name fields as they are called', () => {
    expect(paths({ ...valid, 'a/b~c %': 1 })).toContain('a/b~c %');
  });

  it('are not at fields that were emptied', () => {
    const { required: _, ...free } = schema;
    expect(payloadIssues(free, { ...valid, path: undefined })).toEqual([]);
  });

  it('are at fields beside those that were emptied', () => {
    expect(paths({ ...valid, kind: undefined, path: 'a' })).toContain('path');
  });

  it.each([undefined, () => 1])('are that there is none when it is %s', (payload) => {
    expect(payloadIssues({ type: 'string' }, payload)).toEqual([{ path: [], message: 'is required' }]);
  });

  it('are none when it is valid', () => {
    const { required: _, ...free } = schema;
    expect(payloadIssues(free, valid)).toEqual([]);
  });
});

it('a part of a schema that was validated alone leaves the whole as it was', () => {
  const any = { anyOf: [{ type: 'number' }, { type: 'array', items: { $ref: '#/$defs/any' } }] };
  const schema = { ...any, $defs: { any } };
  payloadIssues({ allOf: [{ $id: 'part', ...any.anyOf[1] }], $defs: { any } }, [1]);
  expect(payloadIssues(schema, [1, 'text']).length).toBeGreaterThan(0);
});

it('a schema with references to elsewhere finds nothing: the server validates', () => {
  expect(payloadIssues({ $ref: 'https://example.com/order' }, 1)).toEqual([]);
});
