/** How many packages, and how many bytes, an install of each package brings: `npm run install-size`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedIn } from './packed.mjs';

const root = join(import.meta.dirname, '..');
const manifestOf = (path) => JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
const ours = new Map(
  manifestOf('.')
    .workspaces.map(manifestOf)
    .map((manifest) => [manifest.name, manifest]),
);
const MEASURED = ['@typed-queue/queue-client', '@typed-queue/queue-server', 'typed-queue'];

/** A package of ours, and those of ours that it needs. */
const withNeeded = (name) => {
  const needed = Object.keys(ours.get(name).dependencies ?? {}).filter((other) => ours.has(other));
  return [...new Set([name, ...needed.flatMap(withNeeded)])];
};

const tarballOf = (name) => `${name.replace('@', '').replace('/', '-')}-${ours.get(name).version}.tgz`;

const run = (command, args, cwd) => {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
};

/** Bytes of the files below a folder. */
const sizeOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, { parentPath, name }) => bytes + statSync(join(parentPath, name)).size, 0);

const packagesIn = (folder) =>
  Object.keys(JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages).filter(
    (path) => path !== '',
  );

const folder = mkdtempSync(join(tmpdir(), 'typed-queue-size-'));
try {
  const packed = packedIn(join(folder, 'packed'));
  for (const name of MEASURED) {
    const project = join(folder, name.replaceAll('/', '-'));
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{}');
    const files = withNeeded(name).map(tarballOf);
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
    run('npm', ['install', ...quiet, ...files.map((file) => join(packed, file))], project);
    const megabytes = (sizeOf(join(project, 'node_modules')) / 1e6).toFixed(1);
    console.log(`${name}: ${packagesIn(project).length} packages, ${megabytes} MB`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
