import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import * as z from 'zod';

/** The name of the repository's root package. */
const REPOSITORY = 'typed-queue-repository';

export interface DataDirPlaces {
  /** An absolute path: the user's working directory. */
  readonly directory: string;
  /** The folder of the program's built modules: `<package>/dist`. */
  readonly moduleDir: string;
}

/**
 * The default of `DATA_DIR`: `data/` at the root for a program of the repository, `typed-queue-data/` in the working
 * directory for an installed package. Never inside a package: the next `npm install` would delete it.
 */
const defaultDataDir = ({ directory, moduleDir }: DataDirPlaces): string => {
  const root = join(moduleDir, '../..');
  return nameOfPackage(root) === REPOSITORY ? join(root, 'data') : join(directory, 'typed-queue-data');
};

/** The schema of the variable `DATA_DIR`: an absolute path; relative ones start at the user's working directory. */
export const dataDirVariable = (places: DataDirPlaces) =>
  z
    .string()
    .optional()
    .transform((given) => (given === undefined ? defaultDataDir(places) : resolve(places.directory, given)))
    .refine((dir) => !isInPackages(dir) && !isInPackages(realPathOf(dir)), {
      error: 'a folder inside node_modules is deleted by the next npm install; choose one outside',
    });

const isInPackages = (dir: string): boolean => dir.split(sep).includes('node_modules');

/** Where a path leads, as far as it exists. */
const realPathOf = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPathOf(parent), path.slice(parent.length));
  }
};

const nameOfPackage = (folder: string): unknown => {
  try {
    // Safe: only `name` is read, and compared with a string.
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name;
  } catch {
    return undefined;
  }
};
