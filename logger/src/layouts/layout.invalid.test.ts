import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import colors from 'picocolors';
import { jsonLayout } from './json-layout.js';
import { invalid } from '../logging.fixture.js';
import { prettyLayout } from './pretty-layout.js';

const ID = '019ab1c2-0000-7000-8000-000000000001';
const hostile = () => {
  const { message, error } = invalid(3);
  const text = 'x  y\n\u001b[2J';
  return { message: { ...message, event: text, id: text, payload: { [text]: text } }, error };
};

describe('a message that does not match the contract', () => {
  it('is a line with its event, id and what is wrong, in red', () => {
    const line = prettyLayout(contract, colors.createColors(false)).invalid(invalid(3));
    expect(line.slice('2026-01-01 00:00:00.000'.length)).toBe(
      `  files     #3  save    id ${ID}  {"path":"/a","bytes":"many"}  contract_mismatch: ` +
        'The save at seq 3 of "files" does not match this contract: bytes: expected number.\n',
    );
    const { red } = colors.createColors(true);
    expect(prettyLayout(contract, colors.createColors(true)).invalid(invalid(3))).toContain(red('save  '));
  });

  it('is as JSON the whole message, and its issues', () => {
    expect(JSON.parse(jsonLayout.invalid(invalid(3)))).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      queue: 'files',
      event: 'save',
      seq: 3,
      id: ID,
      headers: {},
      payload: { path: '/a', bytes: 'many' },
      issues: [{ path: 'bytes', message: 'expected number' }],
    });
  });

  it('forges nothing', () => {
    const pretty = prettyLayout(contract, colors.createColors(false)).invalid(hostile());
    expect(pretty).toContain('  "x  y\\n\\u001b[2J"  id "x  y\\n\\u001b[2J"  {');
    for (const line of [pretty, jsonLayout.invalid(hostile())]) expect(line).toMatch(/^[^\p{Cc}]+\n$/u);
  });
});
