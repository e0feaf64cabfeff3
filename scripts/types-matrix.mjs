/** The types of contracts with each library of schemas under each supported TypeScript: `npm run types:matrix`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Compiler } from '../checks/compiler.fixture.mjs';
import { LENGTHS, libraryNames, linesOf, mistakes, shopWith } from '../checks/shop.fixture.mjs';

const root = join(import.meta.dirname, '..');
const compilers = join(root, 'checks/compilers');
const others = createRequire(join(compilers, 'package.json'));

const run = (command, args, cwd = root) => spawnSync(command, args, { cwd, encoding: 'utf8', shell: false });

/** By the compiler's API. */
const byApi = (ts) => (text) => new Compiler(ts).errors({ 'shop.ts': text });

const CONFIG = {
  files: ['shop.ts'],
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    exactOptionalPropertyTypes: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
  },
};

/** By its command, for versions without an API: a line of its output is an error, those that are indented go on. */
const byCommand = (tsc) => (text) => {
  const folder = mkdtempSync(join(root, 'checks/.types-'));
  try {
    writeFileSync(join(folder, 'shop.ts'), text);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
    const { stdout } = run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], folder);
    return stdout
      .split(/\n(?=\S)/)
      .map((error) => /^shop\.ts\((\d+),(\d+)\): error TS\d+: (.*)$/s.exec(error.trimEnd()))
      .filter((found) => found !== null)
      .map(([, line, column, said]) => ({
        line: line - 1,
        at: text.split('\n')[line - 1].slice(column - 1),
        text: said,
      }));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const binOf = (version) => join(compilers, 'node_modules', `typescript-${version}`, 'bin/tsc');

/** What is wrong with the errors of a program that has all mistakes. */
const problemsOf = (errors, first) =>
  mistakes.flatMap(({ mistake, at, names, length = LENGTHS.error }, index) => {
    const error = errors.find(({ line }) => line - first === index);
    if (error === undefined) return [`${mistake} compiles`];
    const silent = names.filter((name) => !error.text.includes(name));
    return [
      ...(error.at.startsWith(at) ? [] : [`${mistake}: its error is at ${error.at.slice(0, 20)}`]),
      ...(silent.length === 0 ? [] : [`${mistake}: its error does not say ${silent.join()}: ${error.text}`]),
      ...(error.text.length <= length ? [] : [`${mistake}: its error has ${error.text.length} characters`]),
    ];
  });

const checkLibraries = (version, errorsOf) => {
  for (const library of libraryNames) {
    const shop = shopWith(library);
    const right = errorsOf(shop).map(({ text }) => `the contract does not compile: ${text}`);
    const wrong = problemsOf(errorsOf(shop + mistakes.map(({ code }) => code).join('\n')), linesOf(shop));
    report(`${library} under TypeScript ${version}`, [...right, ...wrong]);
  }
};

const checkTypeTests = (version, tsc) => {
  const { status, stdout } = run(process.execPath, [tsc, '-p', 'tsconfig.types.json']);
  report(`the type tests under TypeScript ${version}`, status === 0 ? [] : [stdout]);
};

const report = (what, problems) => {
  console.log(problems.length === 0 ? `ok: ${what}` : `FAILED: ${what}\n  ${problems.join('\n  ')}`);
  if (problems.length > 0) process.exitCode = 1;
};

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const installed = run(npm, ['ci', '--no-audit', '--no-fund'], compilers);
if (installed.status !== 0) throw new Error(`npm ci in checks/compilers: ${installed.stderr}`);

checkTypeTests('5.9', binOf('5.9'));
checkTypeTests('7.0', binOf('7.0'));
checkLibraries('5.9', byApi(others('typescript-5.9')));
checkLibraries('6.0', byApi((await import('typescript')).default));
checkLibraries('7.0', byCommand(binOf('7.0')));
