import { build, type BuildOptions } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Beside the sources, also for what was compiled into `dist`. */
const PAGE = new URL('../src/page/', import.meta.url);

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Makes one script of a module and all that it imports, for browsers of 2022 or later. */
export const bundle = async (entry: Pick<BuildOptions, 'entryPoints' | 'stdin'>): Promise<Uint8Array> => {
  const options = { bundle: true, format: 'esm', target: 'es2022', minify: true, write: false } as const;
  const { outputFiles } = await build({ ...entry, ...options });
  return Buffer.concat(outputFiles.map(({ contents }) => contents));
};

/** The page's files by their path. */
export const bundlePage = async (): Promise<ReadonlyMap<string, Asset>> => {
  const script = await bundle({ entryPoints: [fileURLToPath(new URL('page.ts', PAGE))] });
  return new Map([
    ['/', { type: 'text/html', body: await readFile(new URL('index.html', PAGE)) }],
    ['/page.css', { type: 'text/css', body: await readFile(new URL('page.css', PAGE)) }],
    ['/page.js', { type: 'text/javascript', body: script }],
  ]);
};
