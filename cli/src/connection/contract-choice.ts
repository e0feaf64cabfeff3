import { loadContract } from '@typed-queue/program';
import type { Contract } from '@typed-queue/contracts';
import { join, resolve } from 'node:path';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { readProfile } from './profile.js';
import { set } from './settings.js';

/** Looked for when no contract is named. */
const CANDIDATES = ['contract', 'src/contract'].flatMap((name) =>
  ['ts', 'mts', 'js', 'mjs'].map((extension) => `${name}.${extension}`),
);

/** How `--help` says which contract is taken. */
export const CONTRACT_DEFAULT = 'CONTRACT, else the profile, else contract.ts or src/contract.ts here';

const TYPESCRIPT = /\.[cm]?ts$/;

export const isTypeScript = (module: string): boolean => TYPESCRIPT.test(module);

/** The contract of an option, else of `CONTRACT`, else of the profile. A path of the profile is absolute. */
const namedContract = async (option: string | undefined, machine: Machine): Promise<string | undefined> => {
  const given = option ?? set(machine.env.CONTRACT);
  if (given !== undefined) return given;
  const { contract, directory = '' } = await readProfile(machine);
  return contract === undefined ? undefined : resolve(directory, contract);
};

/** The contract that is named, else that of the working directory. @throws CommandError when there is none */
export const chosenContract = async (option: string | undefined, machine: Machine): Promise<string> => {
  const named = await namedContract(option, machine);
  if (named !== undefined) return named;
  const { directory, fs } = machine;
  for (const name of CANDIDATES) {
    const path = join(directory, name);
    const stats = await fs.stat(path).catch(() => undefined);
    if (stats?.isFile() === true) return path;
  }
  throw new CommandError(
    EXIT.input,
    `no contract in ${directory}: write contract.ts with "export const contract = defineContract({ … })", or name a file`,
  );
};

const importTypeScript = async (url: string): Promise<object> => {
  // Loaded only by those that need it.
  const { tsImport } = await import('tsx/esm/api');
  // Safe: a module is an object of its exports.
  return (await tsImport(url, import.meta.url)) as object;
};

/** Runs the module of a contract, also one in TypeScript. @throws CommandError when it cannot be loaded */
export const loadedContract = async (module: string, { directory }: Machine): Promise<Contract> => {
  const loaded = await loadContract(module, directory, isTypeScript(module) ? importTypeScript : undefined);
  if (loaded.kind === 'failed') throw new CommandError(EXIT.input, `the contract: ${loaded.problem}`);
  return loaded.contract;
};
