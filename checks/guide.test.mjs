import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.fixture.mjs';
import { blocksOf, followPage, missingLines, PAGES, sectionOf, writeFiles } from './page.fixture.mjs';

const root = join(import.meta.dirname, '..');
const textOf = (path) => readFileSync(join(root, path), 'utf8');

const start = textOf('docs/getting-started.md');
/** `npm run guide` follows them and the page of Vitest, which comes from the registry. */
const followed = PAGES.filter((page) => page !== 'vitest');
/** They have tests of their own, or no code. */
const others = [
  'vitest',
  'README',
  'protocol',
  'security',
  'deploy-heroku',
  'deploying',
  'cluster',
  'comparison',
  'promises',
];
/** The pages whose commands are run here, too: all of them would take a minute. */
const QUICK = ['getting-started', 'failures', 'calls'];

const readme = sectionOf(textOf('README.md'), 'In your project');

/** What a page installs is in the repository's own node_modules, and npx only takes time. */
const INSTALLED = `
npm() {
  case "$1 $2" in
    'run pack') mkdir -p "$4" ;;
    install*) ln -sfn "${root}/node_modules" node_modules ;;
    *) command npm "$@" ;;
  esac
}
npx() {
  local name="$1"
  shift
  if [ "$name" = @typed-queue/queue-server ]; then name=typed-queue-server; fi
  "${root}/node_modules/.bin/$name" "$@"
}
`;

const pageOf = (page) => textOf(`docs/${page}.md`);

/** What the code of a page that is no file is part of. */
const AROUND = `
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { readFile } from 'node:fs/promises';
declare const url: string;
declare const user: { readonly id: string };
`;
const fragmentsOf = (page) =>
  blocksOf(pageOf(page)).flatMap(({ kind, language, text }, index) =>
    kind === 'fragment' && language === 'ts'
      ? [{ name: `${page}-${index}.ts`, text: `${AROUND}${text}` }]
      : [],
  );

let folder;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guide-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the guide', () => {
  it('has no page that is neither followed nor an exception', () => {
    const files = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    const pages = files.map((name) => name.slice(0, -'.md'.length));
    expect(pages.sort()).toEqual([...followed, ...others].sort());
  });

  it('lists the pages in the order in which they are followed', () => {
    const listed = [...pageOf('README').matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, page]) => page);
    expect([...new Set(listed)].filter((page) => PAGES.includes(page))).toEqual(PAGES);
  });

  it.each(followed)('%s shows only code that has a file name', (page) => {
    expect(blocksOf(pageOf(page)).filter(({ kind }) => kind === 'fragment')).toEqual([]);
  });

  it('compiles', async () => {
    const project = join(folder, 'types');
    await mkdir(project);
    await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    for (const page of followed) {
      writeFiles(start, join(project, page));
      writeFiles(pageOf(page), join(project, page));
    }
    writeFiles(readme, join(project, 'readme'));
    await mkdir(join(project, 'fragments'));
    const fragments = others.flatMap(fragmentsOf);
    expect(fragments.length).toBeGreaterThan(3);
    for (const { name, text } of fragments) await writeFile(join(project, 'fragments', name), text);
    const compilerOptions = {
      ...{ strict: true, noEmit: true, module: 'nodenext', target: 'es2023', types: ['node'] },
      ...{ skipLibCheck: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    };
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['*/**/*.ts'] }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '--pretty', 'false'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});

describe('what the first pages say to do', () => {
  it('works in one folder and one terminal, page after page', async () => {
    const clone = join(folder, 'in-order', 'clone');
    await mkdir(clone, { recursive: true });
    const pages = [readme, ...QUICK.map(pageOf)];
    await followPage(pages.join('\n\n'), { folder: clone, port: await freePort(), prelude: INSTALLED });
  });
});

describe('what a page expects to be printed', () => {
  const table = ['GROUP    AGE  LETTERS', 'billing  …    0'];

  it('is found in a table whose columns are wider', () => {
    expect(missingLines(table, 'GROUP      AGE   LETTERS\nbilling    11 s  0\n')).toEqual([]);
  });

  it('is missed in a table that has something else', () => {
    expect(missingLines(table, 'GROUP    AGE   LETTERS\nbilling  11 s  1\n')).toEqual([table[1]]);
  });
});

describe('the unit of systemd', () => {
  const unit = blocksOf(textOf('docs/deploying.md')).find(({ name }) => name?.endsWith('.service')).text;

  it('sets variables that there are', () => {
    const variables = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, line]) =>
      line.match(/\b[A-Z_]+(?==)/g),
    );
    const known = textOf('.env.example');
    expect(variables.length).toBeGreaterThan(2);
    expect(variables.filter((name) => !known.includes(`#${name}=`))).toEqual([]);
  });

  it('starts the bin of the package', () => {
    const { bin } = JSON.parse(textOf('queue-server/package.json'));
    expect(unit).toContain(`@typed-queue/queue-server/${bin['typed-queue-server'].slice(2)}\n`);
  });
});
