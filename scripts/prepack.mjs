/** Builds the package in the current folder from nothing, and adds the documents of the repository that it packs. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

for (const built of ['dist', 'tsconfig.tsbuildinfo']) rmSync(built, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], { stdio: 'inherit' });

const { files } = JSON.parse(readFileSync('package.json', 'utf8'));
for (const file of files.filter((file) => file.startsWith('docs/'))) cpSync(join(root, file), file);
