import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerArguments, type ServerProgram } from './server-arguments.js';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'arguments-'));
  await writeFile(join(root, 'package.json'), '{ "version": "1.2.3" }');
});
afterAll(() => rm(root, { recursive: true }));

/** What the program prints, and its exit code. */
const answer = (...args: string[]) => answerOf({}, ...args);

const answerOf = (more: Partial<ServerProgram>, ...args: string[]) => {
  const written = { out: '', err: '' };
  const exitCode = answerArguments(args, {
    name: 'some-server',
    purpose: 'Serves.',
    variables: '  PORT  where it listens\n',
    moduleDir: join(root, 'dist'),
    ...more,
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
  });
  return { exitCode, ...written };
};

describe('the arguments of a server', () => {
  it('may be none: it serves', () => {
    expect(answer()).toEqual({ exitCode: undefined, out: '', err: '' });
  });

  it.each(['--help', '-h'])('%s shows the usage and does not serve', (option) => {
    expect(answer(option)).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Usage: some-server/) });
  });

  it('--help names the variables', () => {
    expect(answer('--help').out).toContain('PORT  where it listens');
  });

  it('--version shows the version of the package', () => {
    expect(answer('--version')).toEqual({ exitCode: 0, out: '1.2.3\n', err: '' });
  });

  it('--new-key makes one, where the program has keys', () => {
    const newKey = (name: string): string => `a key for ${name}\n`;
    expect(answerOf({ newKey }, '--new-key', 'shop')).toEqual({
      exitCode: 0,
      out: 'a key for shop\n',
      err: '',
    });
    expect(answerOf({ newKey }, '--help').out).toContain('[--new-key <name>]');
    expect(answer('--new-key', 'shop')).toMatchObject({ exitCode: 2, out: '' });
    expect(answer('--help').out).not.toContain('new-key');
  });

  it.each([['--port', '80'], ['serve'], ['--help=yes'], ['-p']])(
    'refuses %s and does not serve',
    (...args) => {
      expect(answer(...args)).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('--help') });
    },
  );
});
