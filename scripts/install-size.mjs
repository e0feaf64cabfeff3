/** How many packages, and how many bytes, an install of each package brings: `npm run install-size`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** What each needs of ours, as packed files are named. */
const INSTALLS = {
  '@typed-queue/queue-client': ['contracts', 'queue-client'],
  '@typed-queue/queue-server': ['contracts', 'program', 'queue-server'],
  'typed-queue': ['contracts', 'program', ''],
};

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
  const packed = join(folder, 'packed');
  run(process.execPath, [join(root, 'scripts/pack.mjs'), packed], root);
  for (const [name, needed] of Object.entries(INSTALLS)) {
    const project = join(folder, name.replaceAll('/', '-'));
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{}');
    const files = readdirSync(packed).filter((file) =>
      needed.some((short) => file.startsWith(short === '' ? 'typed-queue-0' : `typed-queue-${short}-`)),
    );
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
    run('npm', ['install', ...quiet, ...files.map((file) => join(packed, file))], project);
    const megabytes = (sizeOf(join(project, 'node_modules')) / 1e6).toFixed(1);
    console.log(`${name}: ${packagesIn(project).length} packages, ${megabytes} MB`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
