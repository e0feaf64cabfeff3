import { build, type BuildOptions, type Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside the sources, also for what was compiled into `dist`. */
const PAGE = new URL('../src/page/', import.meta.url);

/** Nothing is written there. */
const OUT = '/';

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

type Entry = Pick<BuildOptions, 'entryPoints' | 'stdin'>;

/** For browsers of 2022 or later. */
const OPTIONS = { bundle: true, format: 'esm', target: 'es2022', minify: true, write: false } as const;

/** The scripts of a module and all that it imports, by name: one, and those that it loads when it needs them. */
const bundle = async (entry: Entry): Promise<ReadonlyMap<string, Uint8Array>> => {
  const { outputFiles } = await build({ ...entry, ...OPTIONS, splitting: true, outdir: OUT });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
};

const loadedLater: Plugin = {
  name: 'loaded later',
  setup: (build) =>
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
};

/** One script of what a module needs at once. */
export const bundleStart = async (entry: Entry): Promise<Uint8Array> => {
  const { outputFiles } = await build({ ...entry, ...OPTIONS, plugins: [loadedLater] });
  return Buffer.concat(outputFiles.map(({ contents }) => contents));
};

/** The module of the page. */
export const PAGE_SCRIPT = fileURLToPath(new URL('page.ts', PAGE));

/** The page's files by their path. */
export const bundlePage = async (): Promise<ReadonlyMap<string, Asset>> => {
  const scripts = [...(await bundle({ entryPoints: [PAGE_SCRIPT] }))];
  return new Map<string, Asset>([
    ['/', { type: 'text/html', body: await readFile(new URL('index.html', PAGE)) }],
    ['/page.css', { type: 'text/css', body: await readFile(new URL('page.css', PAGE)) }],
    ...scripts.map(([name, body]) => [`/${name}`, { type: 'text/javascript', body }] as const),
  ]);
};
