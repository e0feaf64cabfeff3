import { describe, expect, it } from '@jest/globals';
import { SUPPORTED_NODES } from '@typed-queue/program/node-version';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const textOf = (path) => readFileSync(join(root, path), 'utf8');
const manifestOf = (folder) => JSON.parse(textOf(join(folder, 'package.json')));

const folders = ['.', ...manifestOf('.').workspaces];
/** What `npm start` runs for those who use the system; what only its developers run is not among them. */
const entries = folders.flatMap((folder) => {
  const [, script] =
    /^node (scripts\/start\.mjs|dist\/bin\.js)$/.exec(manifestOf(folder).scripts?.start ?? '') ?? [];
  return script === undefined ? [] : [join(folder, script)];
});

it.each(folders)('the package in %s names the versions of Node that the programs check', (folder) => {
  expect(manifestOf(folder).engines).toEqual({ node: SUPPORTED_NODES });
});

describe('the packages', () => {
  const published = folders.filter((folder) => manifestOf(folder).private !== true);
  const { version } = manifestOf('.');

  it('have one version, the newest of the changelog or the one that follows it', () => {
    const others = folders.filter((folder) => manifestOf(folder).version !== version);
    expect(others).toEqual([]);
    const [heading] = /^## .*$/m.exec(textOf('CHANGELOG.md'));
    expect(heading).toMatch(new RegExp(`^## (\\[Unreleased\\]$|\\[${version}\\] - \\d{4}-\\d\\d-\\d\\d$)`));
  });

  it.each(folders)('in %s need each other in that version', (folder) => {
    const { dependencies = {}, devDependencies = {} } = manifestOf(folder);
    const own = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) =>
      name.startsWith('@typed-queue/'),
    );
    expect(own.filter(([, range]) => range !== `^${version}`)).toEqual([]);
  });

  it.each(published)('in %s have the licence and a README, and may be published', (folder) => {
    expect(textOf(join(folder, 'LICENSE'))).toBe(textOf('LICENSE'));
    expect(textOf(join(folder, 'README.md'))).toMatch(/^# /);
    expect(manifestOf(folder)).toMatchObject({ license: 'MIT', publishConfig: { access: 'public' } });
  });

  it('are what a new project gets', () => {
    const { dependencies, devDependencies, engines } = manifestOf('create-typed-queue/template');
    const needed = Object.entries({ ...dependencies, ...devDependencies });
    const own = needed.filter(([name]) => /^(@typed-queue\/|typed-queue$)/.test(name));
    expect(own.filter(([, range]) => range !== `^${version}`)).toEqual([]);
    expect(engines).toEqual({ node: SUPPORTED_NODES });
  });
});

it('every program starts by the check of the version', () => {
  expect(entries).toEqual([
    'scripts/start.mjs',
    ...['queue-server', 'logger', 'file-writer', 'embedded-mongo', 'api-server', 'cli'].map(
      (folder) => `${folder}/dist/bin.js`,
    ),
  ]);
});

/** cmd.exe knows neither these commands, nor single quotes, nor an assignment before a command. */
it.each(folders)('the scripts of the package in %s run in any shell', (folder) => {
  const scripts = Object.entries(manifestOf(folder).scripts ?? {});
  expect(scripts.filter(([, script]) => /'|(^|&& )(rm|cp|mv|exec|\w+=\S+) /.test(script))).toEqual([]);
});

describe('the start of', () => {
  /** Everything that old versions of Node refuse to parse, or to link before the check could run. */
  const TOO_NEW = /\bawait\b|\?\.|\?\?|\bimport\.meta\b|from 'node:/;
  const importsOf = (path) => [...textOf(path).matchAll(/\bfrom '([^']+)'/g)].map(([, name]) => name);

  it.each(entries)('%s can be parsed by an old Node, and imports only the check', (path) => {
    expect(textOf(path)).not.toMatch(TOO_NEW);
    expect(importsOf(path)).toEqual(['@typed-queue/program/node-version']);
  });

  it('the check can be parsed by an old Node, and imports nothing', () => {
    const path = 'program/dist/node-version.js';
    expect(textOf(path)).not.toMatch(TOO_NEW);
    expect(importsOf(path)).toEqual([]);
  });

  it.each(entries)('%s says which versions it needs', (path) => {
    const old = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'21.7.3'}})";
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, path)], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, NODE_OPTIONS: `--import=data:text/javascript,${old}` },
    });
    expect(`${status} ${stdout}${stderr}`).toMatch(
      /^1 [\w-]+ needs Node \^20\.19\.0 \|\| \^22\.12\.0 \|\| >=24\.0\.0; this is 21\.7\.3\.\n$/,
    );
  });
});
