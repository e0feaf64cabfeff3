import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';

/** Projects of a repository that are in the bundle. */
const PROJECTS = ['queue-server', 'program', 'contracts'];

/**
 * The program in one file, which loads in half the time of its modules; undefined where there is none, modules were
 * built after it, or another version of a package that is in it is installed. @param dist the built modules of this package
 */
export const bundleOf = (dist: string): string | undefined => {
  const file = join(dist, 'program.cjs');
  const bundled = changedAt(file);
  if (bundled === undefined) return undefined;
  const built = PROJECTS.map((name) => changedAt(join(dist, '../..', name, 'tsconfig.tsbuildinfo')) ?? 0);
  return Math.max(...built) < bundled && isInstalled(dist) ? file : undefined;
};

/** Milliseconds since 1970; undefined: there is no such file. */
const changedAt = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/** Whether the packages that are in the bundle are installed in the same versions, as far as they are found. */
const isInstalled = (dist: string): boolean => {
  // Safe: the build writes names and versions.
  const versions = jsonOf(join(dist, 'program.versions.json')) as
    Readonly<Record<string, string>> | undefined;
  if (versions === undefined) return false;
  const folders = createRequire(join(dist, 'program.cjs')).resolve.paths('x') ?? [];
  return Object.entries(versions).every(([name, version]) => {
    for (const folder of folders) {
      // Safe: npm has read the same file.
      const found = jsonOf(join(folder, name, 'package.json')) as { readonly version: string } | undefined;
      if (found !== undefined) return found.version === version;
    }
    return true;
  });
};

const jsonOf = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

export interface LoadedBundle {
  /** What the bundle exports. */
  readonly exports: unknown;
  /** V8 had compiled it at an earlier start. */
  readonly isCompiled: boolean;
  /** Keeps what V8 has compiled for the next start, unless it has that from there. */
  readonly keepCompiled: () => void;
}

/** Runs a bundle, a CommonJS module, with what V8 compiled of it at an earlier start. */
export const loadBundle = (file: string): LoadedBundle => {
  const source = readFileSync(file);
  const cache = new CompileCache(file, source);
  const cachedData = cache.read();
  // V8 does not keep how modules are imported in code that it keeps.
  const importModule = (specifier: string): Promise<unknown> => import(specifier);
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname, importModule) {${source.toString('latin1')}\n})`,
    { filename: file, cachedData },
  );
  const require = createRequire(file);
  const module = new Module(file);
  // Parts that are loaded later require it.
  require.cache[file] = module;
  module.loaded = true;
  // Safe: the script is this function.
  const run = script.runInThisContext() as (...args: readonly unknown[]) => void;
  run(module.exports, require, module, file, dirname(file), importModule);
  let isCompiled = cachedData !== undefined && script.cachedDataRejected === false;
  return {
    exports: module.exports,
    isCompiled,
    keepCompiled: () => {
      if (!isCompiled) cache.write(script.createCachedData());
      isCompiled = true;
    },
  };
};

/**
 * Beside the bundle, where nobody can put code who cannot change the bundle. V8 rejects what another version of it wrote, but
 * of the source it knows only the length: its digest is kept as well.
 */
class CompileCache {
  readonly #file: string;
  readonly #digest: Buffer;

  constructor(bundle: string, source: Buffer) {
    this.#file = join(dirname(bundle), '.compile-cache', String(cachedDataVersionTag()));
    this.#digest = createHash('sha256').update(source).digest();
  }

  read(): Buffer | undefined {
    try {
      const kept = readFileSync(this.#file);
      const { byteLength } = this.#digest;
      return kept.subarray(0, byteLength).equals(this.#digest) ? kept.subarray(byteLength) : undefined;
    } catch {
      return undefined;
    }
  }

  write(compiled: Buffer): void {
    const part = `${this.#file}.${randomUUID()}`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(part, Buffer.concat([this.#digest, compiled]));
      renameSync(part, this.#file);
    } catch {
      // Where nothing may be written, each start compiles.
    }
  }
}
