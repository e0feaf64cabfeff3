/**
 * Puts the built queue server into a few files, `queue-server/bundle`: to load it as 200 modules takes a third of its start.
 * Dependencies stay outside, so that their updates reach it; so do the contracts, which the module in CONTRACT imports, too.
 */
import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const outdir = join(root, 'queue-server/bundle');

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: [join(root, 'queue-server/dist/bin.js')],
  outdir,
  bundle: true,
  splitting: true,
  packages: 'external',
  alias: { '@typed-queue/program': join(root, 'program/dist') },
  chunkNames: '[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});
