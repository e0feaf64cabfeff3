/**
 * Packs every package that is published, as npm publishes it, into a folder: `npm run pack -- <folder>`. Each is built
 * from nothing before.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const manifestOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

const [given] = process.argv.slice(2);
if (given === undefined) {
  console.error('Usage: npm run pack -- <folder>');
  process.exit(2);
}
// npm runs scripts in the folder of the package; a relative path is one of the user's.
const folder = resolve(process.env.INIT_CWD ?? '.', given);
mkdirSync(folder, { recursive: true });

const workspaces = manifestOf('.').workspaces.filter((workspace) => !manifestOf(workspace).private);
const chosen = workspaces.map((workspace) => `--workspace=${workspace}`);
const { status } = spawnSync('npm', ['pack', '--loglevel=error', '--pack-destination', folder, ...chosen], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  // On Windows npm is a script.
  shell: process.platform === 'win32',
});
// npm has said what is wrong.
process.exitCode = status ?? 1;
