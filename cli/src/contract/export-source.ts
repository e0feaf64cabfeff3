import { messageOf } from '@typed-queue/program';
import { join, resolve } from 'node:path';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import type { ContractSchemas } from './contract-schemas.js';
import { readDocument } from './export-document.js';

/** An exported contract, and where it came from. */
export interface SourcedSchemas {
  readonly source: string;
  readonly schemas: ContractSchemas;
}

const URL_START = /^https?:\/\//;
const DEFAULT_PATH = './contract.json';
const FETCH_TIMEOUT_MS = 30_000;

/**
 * Reads exports of a contract: a file, all `.json` files of a folder, a URL, or what git knows: `<ref>:<path>` as
 * `git show` takes it, or a ref alone for `contract.json` in the current folder.
 * @throws CommandError naming what cannot be read
 */
export const readExports = async (source: string, machine: Machine): Promise<readonly SourcedSchemas[]> => {
  if (URL_START.test(source)) return [await parsed(source, () => fromUrl(source, machine))];
  const path = resolve(machine.directory, source);
  const stats = await machine.fs.stat(path).catch(() => undefined);
  if (stats?.isDirectory() === true) return fromFolder(source, path, machine);
  if (stats !== undefined) return [await parsed(source, () => machine.fs.readFile(path, 'utf8'))];
  return [await parsed(source, () => fromGit(source, machine))];
};

const parsed = async (source: string, read: () => Promise<string>): Promise<SourcedSchemas> => {
  let text: string;
  try {
    text = await read();
  } catch (error) {
    throw new CommandError(EXIT.input, `${source} cannot be read: ${messageOf(error)}`);
  }
  const schemas = readDocument(text);
  if (typeof schemas === 'string') throw new CommandError(EXIT.input, `${source}: ${schemas}`);
  return { source, schemas };
};

const fromFolder = async (
  source: string,
  path: string,
  { fs }: Machine,
): Promise<readonly SourcedSchemas[]> => {
  const names = (await fs.readdir(path)).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new CommandError(EXIT.input, `${source} has no file that ends in .json`);
  names.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  return Promise.all(
    names.map((name) => parsed(join(source, name), () => fs.readFile(join(path, name), 'utf8'))),
  );
};

const fromUrl = async (url: string, { fetch }: Machine): Promise<string> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).catch(
    (error: unknown) => {
      // Node says why only in the cause.
      throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
    },
  );
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
  return response.text();
};

const fromGit = async (source: string, { git, directory }: Machine): Promise<string> => {
  const object = source.includes(':') ? source : `${source}:${DEFAULT_PATH}`;
  try {
    return await git(['show', '--end-of-options', object], directory);
  } catch (error) {
    throw new Error(`there is no such file or folder, and ${problemOf(error)}`, { cause: error });
  }
};

/** What git itself says, in one line. */
const problemOf = (error: unknown): string => {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const lines = (stderr === '' ? messageOf(error) : stderr).split('\n');
  return `git says: ${lines.find((line) => line.startsWith('fatal: ')) ?? lines[0] ?? ''}`;
};
