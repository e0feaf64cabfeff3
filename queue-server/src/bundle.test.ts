import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { bundleOf, loadBundle } from './bundle.js';

let root: string;
let dist: string;
let bundle: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'typed-queue-bundle-'));
  dist = join(root, 'queue-server/dist');
  bundle = join(dist, 'program.cjs');
  await mkdir(dist, { recursive: true });
  await mkdir(join(root, 'contracts'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

/** A file that was written at this second. */
const at = async (seconds: number, file: string, text = ''): Promise<void> => {
  await writeFile(file, text);
  await utimes(file, seconds, seconds);
};
const versions = async (found: Readonly<Record<string, string>>): Promise<void> =>
  writeFile(join(dist, 'program.versions.json'), JSON.stringify(found));
const cached = async (): Promise<string[]> => readdir(join(dist, '.compile-cache')).catch(() => []);

describe('the bundle of the program', () => {
  it('is none where it was not made', () => {
    expect(bundleOf(dist)).toBeUndefined();
  });

  it('is that beside the modules, which says what is in it', async () => {
    await at(1, bundle);
    expect(bundleOf(dist)).toBeUndefined();
    await versions({});
    expect(bundleOf(dist)).toBe(bundle);
  });

  it('is none when a module that is in it was built later', async () => {
    await at(1, bundle);
    await versions({});
    await at(2, join(root, 'contracts/tsconfig.tsbuildinfo'));
    expect(bundleOf(dist)).toBeUndefined();
    await at(3, bundle);
    expect(bundleOf(dist)).toBe(bundle);
  });
});

describe('a bundle with a package', () => {
  const install = async (folder: string, version: string): Promise<void> => {
    await mkdir(join(folder, 'node_modules/@a/b'), { recursive: true });
    await writeFile(join(folder, 'node_modules/@a/b/package.json'), JSON.stringify({ version }));
  };
  beforeEach(async () => {
    await at(1, bundle);
    await versions({ '@a/b': '1.2.3' });
  });

  it.each([
    ['is used with the same version', '1.2.3', true],
    ['is not used with another, as after an update', '1.2.4', false],
  ])('%s', async (_, version, isUsed) => {
    await install(root, version);
    expect(bundleOf(dist) === bundle).toBe(isUsed);
  });

  it('is used by the version that is nearest', async () => {
    await install(root, '2.0.0');
    await install(join(root, 'queue-server'), '1.2.3');
    expect(bundleOf(dist)).toBe(bundle);
  });
});

describe('a bundle that is loaded', () => {
  const text = (value: number): string =>
    `exports.value = ${value}; exports.file = __filename; exports.path = require('node:path').sep;`;

  it('is a CommonJS module', async () => {
    await writeFile(bundle, text(1));
    expect(loadBundle(bundle).exports).toEqual({ value: 1, file: bundle, path: '/' });
  });

  it('keeps what V8 compiled, once', async () => {
    await writeFile(bundle, text(1));
    const first = loadBundle(bundle);
    expect([first.isCompiled, await cached()]).toEqual([false, []]);
    first.keepCompiled();
    expect(await cached()).toEqual([String(cachedDataVersionTag())]);
    const second = loadBundle(bundle);
    expect([second.isCompiled, second.exports]).toEqual([true, { value: 1, file: bundle, path: '/' }]);
  });

  it('is not run from what was compiled of another, or is damaged', async () => {
    await writeFile(bundle, text(1));
    loadBundle(bundle).keepCompiled();
    await writeFile(bundle, text(2));
    const other = loadBundle(bundle);
    expect([other.isCompiled, other.exports]).toEqual([false, expect.objectContaining({ value: 2 })]);
    other.keepCompiled();
    await writeFile(join(dist, '.compile-cache', String((await cached())[0])), 'x'.repeat(100));
    expect(loadBundle(bundle).isCompiled).toBe(false);
  });

  it('is the same module for a part that requires it later', async () => {
    await writeFile(join(dist, 'part.cjs'), `exports.whole = require('./program.cjs');`);
    await writeFile(bundle, `exports.part = () => require('./part.cjs');`);
    // Jest has a \`require\` of its own.
    const program = `
      const { exports } = require(${JSON.stringify(join(import.meta.dirname, '../dist/bundle.js'))}).loadBundle(${JSON.stringify(bundle)});
      console.log(exports.part().whole === exports);`;
    expect(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })).toBe('true\n');
  });

  it('imports modules also when V8 had compiled it', async () => {
    const imported = join(dist, 'imported.mjs');
    await writeFile(imported, 'export const value = 3;');
    await writeFile(bundle, `exports.imported = importModule(${JSON.stringify(imported)});`);
    loadBundle(bundle).keepCompiled();
    const { isCompiled, exports } = loadBundle(bundle);
    expect(isCompiled).toBe(true);
    // Safe: the bundle exports it.
    expect(await (exports as { imported: Promise<unknown> }).imported).toMatchObject({ value: 3 });
  });

  it('runs where nothing may be written', async () => {
    await writeFile(bundle, text(1));
    await writeFile(join(dist, '.compile-cache'), 'no folder');
    const loaded = loadBundle(bundle);
    loaded.keepCompiled();
    expect(loaded.exports).toMatchObject({ value: 1 });
  });
});
