import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { Compiler } from './compiler.fixture.mjs';
import { blocksOf } from './page.fixture.mjs';

const root = join(import.meta.dirname, '..');
const compiler = new Compiler(ts);

/** What an example leaves out. */
const LEFT_OUT = /^Cannot find (name|module) |^No value exists in scope |implicitly has an 'any' type/;

const fragmentsOf = (page) =>
  blocksOf(readFileSync(join(root, page), 'utf8'))
    .filter(({ kind, language }) => kind === 'fragment' && language === 'ts')
    .map(({ text }) => `${text.replaceAll(/^…$/gm, '')}\nexport {};\n`);

const errorsOf = (text) =>
  compiler.errors({ 'readme.ts': text }).filter((error) => !LEFT_OUT.test(error.text));

/** Those that the text shows: a line of `~~~` below the wrong one, with the beginning of the message. */
const shownIn = (text) =>
  text.split('\n').flatMap((line, index) => {
    const [, message] = /^\/\/ +~+ (.*)$/.exec(line) ?? [];
    return message === undefined ? [] : [{ line: index - 1, text: message.replace(/\.$/, '') }];
  });

describe.each(['README.md', 'contracts/README.md', 'queue-client/README.md', 'queue-server/README.md'])(
  'the code of %s',
  (page) => {
    it('has exactly the errors that it shows', () => {
      for (const text of fragmentsOf(page)) {
        const errors = errorsOf(text).map(({ line, text }) => ({
          line,
          text: text.split('\n')[0].replace(/\.$/, ''),
        }));
        expect(errors).toEqual(shownIn(text));
      }
    });
  },
);

it('an error that a README does not show is found', () => {
  const text =
    "import { connect } from '@typed-queue/queue-client';\nconnect({}, { uri: 'http://localhost' });\n";
  expect(errorsOf(text)).toHaveLength(1);
});
