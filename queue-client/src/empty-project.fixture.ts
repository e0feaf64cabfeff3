import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** What a strict user compiles with: declarations of packages are checked as well. */
export const STRICT_OPTIONS = {
  strict: true,
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023'],
  types: ['node'],
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
};

export interface Ended {
  readonly exitCode: number;
  readonly out: string;
}

/** Runs a program to its end; its stderr is appended to its output. */
export const run = (command: string, args: readonly string[], cwd: string): Promise<Ended> =>
  new Promise((resolve) => {
    // Without the npm variables of the test's own process.
    const env = { PATH: process.env.PATH, HOME: process.env.HOME };
    execFile(command, args, { cwd, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code ?? -1);
      resolve({ exitCode, out: stdout + (exitCode === 0 ? '' : stderr) });
    });
  });

export const succeed = async (...command: Parameters<typeof run>): Promise<string> => {
  const { exitCode, out } = await run(...command);
  if (exitCode !== 0) throw new Error(`${command[0]} ${command[1].join(' ')}: ${exitCode}\n${out}`);
  return out;
};

const dependenciesOf = async (modules: string, name: string): Promise<string[]> => {
  // Safe: npm has read the same file.
  const manifest = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(manifest.dependencies ?? {});
};

/** What some packages declare to need, and what that needs, and so on. */
const neededBy = async (modules: string, names: readonly string[]): Promise<string[]> => {
  const needed = new Set(names);
  // What is added while it runs is visited as well.
  for (const name of needed)
    for (const dependency of await dependenciesOf(modules, name)) needed.add(dependency);
  return [...needed].filter((name) => !names.includes(name));
};

/** A project outside of the repository that has packages of ours as npm publishes them, and no more than they need. */
export class EmptyProject {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Packs and installs packages of a checkout, by default of this repository. Everything else comes from the
   * checkout's own `node_modules`, so that no registry is asked, and npm's cache is empty.
   */
  static async with(
    packages: readonly string[],
    tools: readonly string[],
    checkout = ROOT,
  ): Promise<EmptyProject> {
    const folder = await mkdtemp(join(tmpdir(), 'typed-queue-project-'));
    const project = new EmptyProject(folder);
    try {
      await project.#install(packages, tools, checkout);
    } catch (error) {
      await project.remove();
      throw error;
    }
    return project;
  }

  async #install(packages: readonly string[], tools: readonly string[], checkout: string): Promise<void> {
    const modules = join(checkout, 'node_modules');
    const packed = join(this.#folder, 'packed');
    await mkdir(packed);
    const pack = ['pack', '--ignore-scripts', '--pack-destination', packed];
    await succeed('npm', [...pack, ...packages.map((name) => `--workspace=${name}`)], checkout);
    const tarballs = (await readdir(packed)).map((name) => join(packed, name));
    const others = await neededBy(modules, [...packages, ...tools]);
    const folders = [...tools, ...others].map((name) => join(modules, name));
    await this.write('package.json', JSON.stringify({ type: 'module' }));
    await this.#npmInstall([...tarballs, ...folders]);
  }

  async #npmInstall(packages: readonly string[]): Promise<void> {
    const install = ['install', '--offline', '--cache', join(this.#folder, 'cache'), '--install-links'];
    const quick = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
    await succeed('npm', [...install, ...quick, ...packages], this.#folder);
  }

  /** Packs a package in a folder of the project, and installs what was packed. */
  async installPacked(name: string): Promise<void> {
    const out = await succeed('npm', ['pack', '--ignore-scripts'], join(this.#folder, name));
    await this.#npmInstall([join(this.#folder, name, out.trim())]);
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.#folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /** The files of an installed package, named from its folder. */
  async filesOf(name: string): Promise<string[]> {
    const folder = join(this.#folder, 'node_modules', name);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  }

  read(name: string, file: string): Promise<string> {
    return readFile(join(this.#folder, 'node_modules', name, file), 'utf8');
  }

  /** `folder`: of the project. */
  compile(folder = '.'): Promise<Ended> {
    return run(process.execPath, [TSC, '--pretty', 'false'], join(this.#folder, folder));
  }

  node(...args: readonly string[]): Promise<Ended> {
    return run(process.execPath, args, this.#folder);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
