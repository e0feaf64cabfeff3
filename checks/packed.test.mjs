import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';

const root = join(import.meta.dirname, '..');
const manifestOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
const { workspaces, version } = manifestOf('.');
const packages = workspaces
  .map((folder) => ({ folder, ...manifestOf(folder) }))
  .filter((manifest) => manifest.private !== true);

let folder;
const tarballOf = ({ name }) =>
  readFileSync(join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const chosen = packages.map((manifest) => `--workspace=${manifest.folder}`);
  // What is in dist was built before.
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder, ...chosen], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

it('every package that is published is packed', () => {
  expect(readdirSync(folder)).toHaveLength(packages.length);
});

describe.each(packages)('the package $name, as it is packed', (manifest) => {
  it('has what publint asks for', async () => {
    const tarball = new Uint8Array(tarballOf(manifest)).buffer;
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages).toEqual([]);
  });
});

it.each([
  'dashboard/index.html',
  'dashboard/licenses.md',
  'program.cjs',
  'program.licenses.md',
  'program.versions.json',
])('the queue server has what is bundled, with its licences: %s', (file) => {
  const { name } = packages.find(({ folder }) => folder === 'queue-server');
  const packed = createPackageFromTarballData(new Uint8Array(tarballOf({ name })));
  expect(packed.fileExists(`/node_modules/${name}/dist/${file}`)).toBe(true);
});

/** A package of ES modules only, as the profile `esm-only` of attw takes it. */
const isOwn = ({ kind, resolutionKind }) =>
  kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10' && resolutionKind !== 'node16-cjs';

describe.each(packages.filter((manifest) => 'exports' in manifest))('the types of $name', (manifest) => {
  it('fit what runs', async () => {
    const tarball = new Uint8Array(tarballOf(manifest));
    const { problems } = await checkPackage(createPackageFromTarballData(tarball));
    expect(problems.filter(isOwn)).toEqual([]);
  });
});
