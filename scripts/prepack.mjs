/** Builds the package in the current folder from nothing, and adds the documents of the repository that it packs. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const compiler = join(root, 'node_modules/typescript/bin/tsc');
const bundler = join(root, 'node_modules/vite/bin/vite.js');
const missing = [compiler, bundler].filter((program) => !existsSync(program));
if (missing.length > 0) {
  console.error(`${missing.join(' and ')}: not there. Run npm install, with the development dependencies.`);
  process.exit(1);
}

for (const built of ['dist', 'tsconfig.tsbuildinfo']) rmSync(built, { recursive: true, force: true });
const run = (program, ...args) => execFileSync(process.execPath, [program, ...args], { stdio: 'inherit' });
run(compiler, '-b');

const { name, files } = JSON.parse(readFileSync('package.json', 'utf8'));
// The page that the server serves is built into its dist, and the program in one file.
if (name === '@typed-queue/queue-server')
  for (const part of [join(root, 'dashboard'), '.']) run(bundler, 'build', part);

for (const file of files.filter((file) => file.startsWith('docs/'))) cpSync(join(root, file), file);
