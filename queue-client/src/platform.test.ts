import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  // What only Node has is behind a condition of the package's `imports`.
  (name) => name.endsWith('.ts') && !/\.(test|test-d|fixture|node)\.ts$/.test(name),
);

it.each(sources)('%s runs in browsers: no module and no global of Node', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from);
  expect(imported.filter((from) => from.startsWith('node:') || builtinModules.includes(from))).toEqual([]);
  expect(text).not.toMatch(/\b(Buffer|process)\.[a-z]|\brequire\(/);
});
