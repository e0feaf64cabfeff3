import { lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** The project cannot be written; the message says why and what to do. */
export class ProjectError extends Error {}

export interface ProjectOptions {
  /** The folder of the template. */
  readonly template: string;
  /** The user's working directory, from which the other paths start. */
  readonly directory: string;
  /** Where the project is to be. It is made if it is not there. */
  readonly folder: string;
  /** Where packed packages are. Default: they come from the registry. */
  readonly packages?: string | undefined;
}

/** npm leaves these out of a package, whatever their folder. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };
const PACKED = /^typed-queue-(?:([a-z-]+)-)?\d.*\.tgz$/;

interface Manifest {
  name?: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/**
 * Writes the files of the template into a folder. When one of them is there already, nothing is written.
 * @throws ProjectError, or an error of the file system
 */
export const createProject = async (options: ProjectOptions): Promise<void> => {
  const { template, directory } = options;
  const folder = resolve(directory, options.folder);
  // npm takes the folder above it for the project.
  if (basename(folder) === 'node_modules')
    throw new ProjectError(`npm runs no project in ${folder}. Name another folder.`);
  const files = await filesOf(template);
  await refuseExisting(folder, [...files.keys()]);
  const manifest = await manifestOf(join(template, 'package.json'), folder, options);
  for (const [name, source] of files) {
    const text = name === 'package.json' ? manifest : await readFile(source, 'utf8');
    await makeFolders(dirname(join(folder, name)));
    // Also not when it was made just now.
    await writeFile(join(folder, name), text, { flag: 'wx' });
  }
};

/** Not by Node itself, which tries for ever where the system says `ENOENT` of a folder that is there: /proc. */
const makeFolders = async (path: string): Promise<void> => {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolders(dirname(path));
  await mkdir(path);
};

/** By name in the project, in the order of the names: where it is in the template. */
const filesOf = async (template: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    paths.sort().map((path) => {
      const name = relative(template, path).split(sep).join('/');
      return [RENAMED[name] ?? name, path];
    }),
  );
};

/** @throws ProjectError when there is something in the place of a file, or of a folder that files are to be in */
const refuseExisting = async (folder: string, names: readonly string[]): Promise<void> => {
  const folders = new Set(names.map((name) => dirname(join(folder, name))));
  for (const path of [folder, ...folders]) {
    if ((await isThere(path)) && !(await isFolder(path)))
      throw new ProjectError(`${path} is not a folder; nothing was written. Name another folder.`);
  }
  const there = await Promise.all(names.map((name) => isThere(join(folder, name))));
  const existing = names.filter((_, index) => there[index] === true);
  if (existing.length === 0) return;
  throw new ProjectError(
    `${folder} has ${existing.join(', ')} already; nothing was written. Name another folder.`,
  );
};

/** Also of a link that leads nowhere. */
const isThere = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false); // prettier-ignore

const isFolder = async (path: string): Promise<boolean> => {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() === true;
};

/** The template's package.json, with the name of the project. */
const manifestOf = async (path: string, folder: string, options: ProjectOptions): Promise<string> => {
  // Safe: it is the template's.
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  manifest.name = packageName(basename(folder));
  if (options.packages !== undefined)
    Object.assign(manifest.dependencies, await packedIn(options.packages, folder, options.directory));
  for (const name of Object.keys(manifest.dependencies))
    Reflect.deleteProperty(manifest.devDependencies, name);
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
};

/** As names of packages. */
const UNUSABLE: readonly string[] = ['', 'node_modules', 'favicon.ico'];

/** What npm accepts as the name of a package, from the name of a folder. */
const packageName = (folder: string): string => {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._~-]+/g, '-')
    .replaceAll(/^[-._]+|-+$/g, '');
  return UNUSABLE.includes(name) ? 'my-queue' : name.slice(0, 214);
};

/** The packed packages of a folder, as dependencies. */
const packedIn = async (
  packages: string,
  folder: string,
  directory: string,
): Promise<Record<string, string>> => {
  const from = resolve(directory, packages);
  const entries = await readdir(from).catch((error: unknown) => {
    throw new ProjectError(`--packages ${packages}: the folder cannot be read: ${String(error)}`);
  });
  const names = entries.filter((name) => PACKED.test(name));
  if (names.length === 0)
    throw new ProjectError(`There is no packed package in ${from}: npm run pack -- ${packages}`);
  return Object.fromEntries(
    names.map((name) => {
      const [, short] = PACKED.exec(name) ?? [];
      const published = short === undefined ? 'typed-queue' : `@typed-queue/${short}`;
      return [published, `file:${relative(folder, join(from, name)).split(sep).join('/')}`];
    }),
  );
};
