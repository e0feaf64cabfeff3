import { build, type BuildOptions } from 'esbuild';
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

/** The scripts of a module and all that it imports, by name. */
export interface Bundle {
  /** What is loaded at once: the module itself, and what it shares with the rest. */
  readonly initial: ReadonlyMap<string, Uint8Array>;
  /** What is loaded when it is needed. */
  readonly deferred: ReadonlyMap<string, Uint8Array>;
}

/** Bundles a module for browsers of 2022 or later. */
export const bundle = async (entry: Pick<BuildOptions, 'entryPoints' | 'stdin'>): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    ...entry,
    ...{ bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true },
    ...{ write: false, metafile: true, outdir: OUT },
  });
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output] as const),
  );
  const initial = new Set<string>();
  const visit = (name: string): void => {
    if (initial.has(name)) return;
    initial.add(name);
    for (const { kind, path } of imports.get(name)?.imports ?? []) {
      if (kind === 'import-statement') visit(basename(path));
    }
  };
  for (const [name, { entryPoint }] of imports) {
    const isDeferred = [...imports.values()].some((output) =>
      output.imports.some(({ kind, path }) => kind === 'dynamic-import' && basename(path) === name),
    );
    if (entryPoint !== undefined && !isDeferred) visit(name);
  }
  const scripts = outputFiles.map(({ path, contents }) => [basename(path), contents] as const);
  return {
    initial: new Map(scripts.filter(([name]) => initial.has(name))),
    deferred: new Map(scripts.filter(([name]) => !initial.has(name))),
  };
};

/** The page's files by their path. */
export const bundlePage = async (): Promise<ReadonlyMap<string, Asset>> => {
  const { initial, deferred } = await bundle({ entryPoints: [fileURLToPath(new URL('page.ts', PAGE))] });
  const scripts = [...initial, ...deferred].map(([name, body]): [string, Asset] => [
    `/${name}`,
    { type: 'text/javascript', body },
  ]);
  return new Map([
    ['/', { type: 'text/html', body: await readFile(new URL('index.html', PAGE)) }],
    ['/page.css', { type: 'text/css', body: await readFile(new URL('page.css', PAGE)) }],
    ...scripts,
  ]);
};
