import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command-line.js';

const template = join(import.meta.dirname, '../template');

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'create-'));
});
afterEach(() => rm(directory, { recursive: true }));

const create = async (...args: readonly string[]) => {
  let out = '';
  let err = '';
  const exitCode = await run(args, {
    template,
    directory,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { exitCode, out, err };
};

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(join(directory, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

const manifestIn = async (folder: string): Promise<unknown> =>
  JSON.parse(await readFile(join(directory, folder, 'package.json'), 'utf8'));

describe('npm create typed-queue', () => {
  it('writes a contract, a publisher, a consumer and a test, and says what is next', async () => {
    const { exitCode, out } = await create('shop');
    expect([exitCode, out]).toEqual([0, expect.stringContaining('cd shop\n  npm install\n')]);
    expect(await filesIn('shop')).toEqual(
      expect.arrayContaining(['contract.ts', 'publisher.ts', 'consumer.ts', 'billing.test.ts', '.gitignore']),
    );
  });

  it.each([
    ['shop', 'shop'],
    ['a/b/My Shop', 'my-shop'],
    ['...', 'my-queue'],
    ['_private', 'private'],
    ['_node_modules', 'my-queue'],
    ['favicon.ico', 'my-queue'],
    ['x'.repeat(250), 'x'.repeat(214)],
  ])('names the package in %s %s', async (folder, name) => {
    await create(folder);
    expect(await manifestIn(folder)).toMatchObject({ name });
  });

  it('names the package after the working directory', async () => {
    expect(await create('.')).toMatchObject({ exitCode: 0 });
    expect(await filesIn('.')).toContain('contract.ts');
  });

  it('writes beside other files', async () => {
    await mkdir(join(directory, 'shop/.git'), { recursive: true });
    expect(await create('shop')).toMatchObject({ exitCode: 0 });
  });

  it('writes nothing when one of its files is there, and names it', async () => {
    await mkdir(join(directory, 'shop/src'), { recursive: true });
    await writeFile(join(directory, 'shop/src/contract.ts'), 'mine');
    const { exitCode, err } = await create('shop');
    expect([exitCode, err]).toEqual([
      73,
      expect.stringContaining('shop has src/contract.ts already; nothing'),
    ]);
    expect(await filesIn('shop')).toEqual(['contract.ts']);
    expect(await readFile(join(directory, 'shop/src/contract.ts'), 'utf8')).toBe('mine');
  });

  it.each(['-x', '--help'])('refuses %s as a folder, also after --', async (folder) => {
    expect(await create('--', folder)).toMatchObject({
      exitCode: 64,
      err: expect.stringContaining(`The folder ${folder} begins with a dash`),
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it.each(['', ' ', 'a\nb', '\u001b[2Jshop'])(
    'refuses %j as a folder, and writes nothing',
    async (folder) => {
      expect(await create(folder)).toMatchObject({
        exitCode: 64,
        err: expect.stringContaining('The folder "'),
      });
      expect(await readdir(directory)).toEqual([]);
    },
  );

  it.each([[['a\u001b[2J', 'b']], [['--\u001b[2J']], [['a', '--packages', '\u001b[2J']]])(
    'shows control characters of %j escaped',
    async (args) => {
      const { err } = await create(...args);
      expect(err).toContain(String.raw`\x1b[2J`);
      expect(err).not.toContain('\u001b');
    },
  );

  it.each([
    ['My Shöp', "cd 'My Shöp'\n"],
    ["it's", String.raw`cd 'it'\''s'` + '\n'],
    ['a/b-c.d', 'cd a/b-c.d\n'],
  ])('prints the folder %s as one word of a shell', async (folder, step) => {
    expect(await create(folder)).toMatchObject({ out: expect.stringContaining(step) });
  });

  it('refuses a folder node_modules, where npm runs no project', async () => {
    expect(await create('node_modules')).toMatchObject({
      exitCode: 73,
      err: expect.stringContaining('npm runs no project in'),
    });
  });

  it('writes nothing when a link that leads nowhere has the name of a file', async () => {
    await mkdir(join(directory, 'shop'));
    await symlink('nowhere', join(directory, 'shop/package.json'));
    expect(await create('shop')).toMatchObject({
      exitCode: 73,
      err: expect.stringContaining('shop has package.json already; nothing'),
    });
    expect(await readdir(join(directory, 'shop'))).toEqual(['package.json']);
  });

  it('writes nothing when a file is in the place of one of its folders', async () => {
    await mkdir(join(directory, 'shop'));
    await writeFile(join(directory, 'shop/src'), 'mine');
    expect(await create('shop')).toMatchObject({
      exitCode: 73,
      err: expect.stringContaining('src is not a folder; nothing was written'),
    });
    expect(await readdir(join(directory, 'shop'))).toEqual(['src']);
  });

  it('refuses a link that leads nowhere in place of the folder', async () => {
    await symlink('nowhere', join(directory, 'shop'));
    expect(await create('shop')).toMatchObject({
      exitCode: 73,
      err: expect.stringContaining('is not a folder'),
    });
  });

  it('refuses a file in place of the folder', async () => {
    await writeFile(join(directory, 'shop'), 'mine');
    expect(await create('shop')).toMatchObject({
      exitCode: 73,
      err: expect.stringContaining('is not a folder'),
    });
  });

  it('takes packed packages from a folder, also those that others need', async () => {
    await mkdir(join(directory, 'packed'));
    for (const name of ['typed-queue-contracts', 'typed-queue-program', 'typed-queue', 'create-typed-queue'])
      await writeFile(join(directory, 'packed', `${name}-0.1.0.tgz`), '');
    await create('shop', '--packages', 'packed');
    expect(await manifestIn('shop')).toMatchObject({
      dependencies: {
        '@typed-queue/contracts': 'file:../packed/typed-queue-contracts-0.1.0.tgz',
        '@typed-queue/program': 'file:../packed/typed-queue-program-0.1.0.tgz',
        'typed-queue': 'file:../packed/typed-queue-0.1.0.tgz',
      },
    });
  });

  it('says when there are no packed packages', async () => {
    await mkdir(join(directory, 'packed'));
    expect(await create('shop', '--packages', 'packed')).toMatchObject({
      exitCode: 73,
      err: expect.stringContaining('no packed package'),
    });
  });

  it('says that the folder of packed packages is not there', async () => {
    expect(await create('shop', '--packages', 'nope')).toMatchObject({
      exitCode: 73,
      err: expect.stringContaining('error: --packages nope: the folder cannot be read: '),
    });
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux('fails, and does not try for ever, where the system makes no folder', async () => {
    expect(await create('/proc/typed-queue/shop')).toMatchObject({
      exitCode: 73,
      err: expect.stringContaining('ENOENT'),
    });
  });

  it.each([
    [[], 'Name the folder'],
    [['a', 'b'], 'One folder, not 2: a, b.'],
    [['--fast', 'a'], "Unknown option '--fast'"],
    [['a', '--packages'], 'argument missing'],
  ])('refuses the arguments %j', async (args, problem) => {
    expect(await create(...args)).toMatchObject({ exitCode: 64, err: expect.stringContaining(problem) });
    expect(await readdir(directory)).toEqual([]);
  });

  it('has help', async () => {
    expect(await create('--help')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('Usage: npm create'),
    });
  });
});
