import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limitVariables } from './limit-variables.js';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
const [, section = ''] = /\n## Limits\n([^]*?)\n## /.exec(readme) ?? [];
/** Of the table of limits: the names of the first column, and the cells after each. */
const rows = new Map(
  section.split('\n').flatMap((line): [string, string[]][] => {
    const [, name, ...cells] = line.split('|').map((cell) => cell.trim());
    const variable = /^`([A-Z_]+)`$/.exec(name ?? '')?.[1];
    return variable === undefined ? [] : [[variable, cells]];
  }),
);

/** What a variable is when nobody sets it. */
const defaultsOf = (isHome: boolean): [string, unknown][] =>
  Object.entries(limitVariables(isHome)).map(([name, schema]) => [name, schema.parse(undefined)]);

describe('the table of limits in the README', () => {
  it('has every variable there is, and no other', () => {
    expect([...rows.keys()]).toEqual(Object.keys(limitVariables(false)));
  });

  it.each(defaultsOf(false))('has the default of %s', (name, usual) => {
    const [shown = ''] = rows.get(name) ?? [];
    if (usual === undefined) expect(shown).toMatch(/^[a-z]/);
    else expect(shown.startsWith(`\`${usual as number}\``)).toBe(true);
  });

  it('says which are off on loopback without keys', () => {
    const off = defaultsOf(true).filter(([name, usual]) => usual === undefined && name !== 'MAX_CONNECTIONS');
    const marked = [...rows].filter(([, [shown = '']]) => shown.includes('`0` on loopback without keys'));
    expect(marked.map(([name]) => name)).toEqual(off.map(([name]) => name));
  });

  it('has the unit of each, and what happens at the limit', () => {
    for (const [, unit = '', over = ''] of rows.values()) {
      expect(unit).toMatch(/^[a-zM]/);
      expect(over).toMatch(/^(?:`[a-z_]+`|closed|the same)/);
    }
  });
});

const env = await readFile(join(import.meta.dirname, '../../.env.example'), 'utf8');

it.each(Object.keys(limitVariables(false)))('.env.example has %s', (name) => {
  expect(env).toContain(`\n#${name}=`);
});
