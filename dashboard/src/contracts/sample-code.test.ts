import { describe, expect, it } from '@jest/globals';
import { literalText, sampleCode } from './sample-code.js';
import { samplePayload } from './sample-payload.js';

describe('samplePayload', () => {
  it('has the required fields', () => {
    const properties = {
      id: { type: 'string' },
      kind: { enum: ['a'] },
      n: { type: 'integer', minimum: 5 },
      more: {},
    };
    const schema = { type: 'object', properties, required: ['id', 'kind', 'n'] };
    expect(samplePayload(schema, schema)).toEqual({ id: '…', kind: 'a', n: 5 });
  });

  it('ends for a type that contains itself', () => {
    const schema = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
    expect(JSON.stringify(samplePayload(schema, schema))).toMatch(/^(\{"next":)+null\}+$/);
  });
});

describe('literalText', () => {
  it('quotes what is no identifier, and nothing else', () => {
    expect(literalText({ a: 1, 'b-c': "it's" })).toBe("{\n  a: 1,\n  'b-c': 'it\\'s',\n}");
  });

  it('ends no text early', () => {
    expect(literalText('\\\' + x + "\n')).toBe("'\\\\\\' + x + \"\\n'");
  });
});

it('sampleCode publishes and consumes', () => {
  const code = sampleCode('http://host', 'files', { event: 'error', schema: { type: 'string' } });
  expect(code).toContain("await queue.publish('files', 'error', '…');");
});
