import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const CONTRIBUTING = 'CONTRIBUTING.md';

/** The list at the end of CONTRIBUTING's words. */
const [, list = ''] = /^Not used[^:]*:([^.]*)\.$/m.exec(readFileSync(join(root, CONTRIBUTING), 'utf8')) ?? [];
const unused = [...list.matchAll(/`(\w+)`/g)].map(([, word]) => word);

const patterns = [
  '*.ts',
  '*.tsx',
  '*.mjs',
  '*.md',
  '*.yaml',
  '*.env.example',
  '*.dockerignore',
  '*Dockerfile',
  '.ci/*',
];
const files = execFileSync('git', ['ls-files', ...patterns], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => file !== CONTRIBUTING);

/** The words of a text, in lower case; identifiers such as `firstSeq` and `MAX_PARAMS` have several. */
const wordsOf = (text) =>
  text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[a-z]+/g) ?? [];

const linesWith = (word) =>
  files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (wordsOf(line).includes(word) ? [`${file}:${index + 1}`] : [])),
  );

describe('names, comments and documents', () => {
  it('have a list of words that they do not use', () => {
    expect(unused.length).toBeGreaterThan(5);
  });

  it.each(unused)('do without "%s"', (word) => {
    expect(linesWith(word)).toEqual([]);
  });
});
