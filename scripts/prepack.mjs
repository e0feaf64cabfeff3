/** Builds the package in the current folder from nothing, and adds the documents of the repository that it packs. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

for (const built of ['dist', 'tsconfig.tsbuildinfo']) rmSync(built, { recursive: true, force: true });
const run = (program, ...args) =>
  execFileSync(process.execPath, [join(root, program), ...args], { stdio: 'inherit' });
run('node_modules/typescript/bin/tsc', '-b');

const { name, files } = JSON.parse(readFileSync('package.json', 'utf8'));
// The page that the server serves is built into its dist.
if (name === '@typed-queue/queue-server')
  run('node_modules/vite/bin/vite.js', 'build', join(root, 'dashboard'));

for (const file of files.filter((file) => file.startsWith('docs/'))) cpSync(join(root, file), file);
