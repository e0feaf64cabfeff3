import { codeOf, messageOf, parseKeysFile, type NamedKey } from '@typed-queue/program';
import * as z from 'zod';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import type { GivenRights } from './rights-option.js';

/** An entry of the file. */
export interface KeyEntry extends Partial<GivenRights> {
  readonly name: string;
  readonly sha256: string;
  /** ISO 8601. */
  readonly expires?: string | undefined;
}

/** Only its user can open it. */
const PRIVATE = 0o600;
const PERMISSIONS = 0o777;

const shape = z.looseObject({ keys: z.array(z.looseObject({ name: z.string() })) });

/** The keys of a file. @throws CommandError */
export const readKeys = async (path: string, machine: Machine): Promise<readonly NamedKey[]> =>
  parse(await read(path, machine), path);

/** Adds an entry, and makes the file when there is none. @throws CommandError */
export const addKey = async (path: string, entry: KeyEntry, machine: Machine): Promise<void> => {
  const text = (await exists(path, machine)) ? await read(path, machine) : '{"keys":[]}';
  if (parse(text, path).some(({ name }) => name === entry.name)) {
    const advice = `choose another name, or withdraw it first`;
    throw new CommandError(EXIT.failed, `${path} has a key "${entry.name}" already: ${advice}`);
  }
  const content = contentOf(text);
  await write(path, { ...content, keys: [...content.keys, entry] }, machine);
};

/** Removes an entry. @throws CommandError also when there is none */
export const removeKey = async (path: string, name: string, machine: Machine): Promise<void> => {
  const text = await read(path, machine);
  const names = parse(text, path).map((key) => key.name);
  if (!names.includes(name)) {
    const known = names.length === 0 ? 'none' : names.join(', ');
    throw new CommandError(EXIT.notFound, `${path} has no key "${name}"; it has ${known}`);
  }
  const content = contentOf(text);
  await write(path, { ...content, keys: content.keys.filter((key) => key.name !== name) }, machine);
};

/** As it is in the file, after it was checked. */
const contentOf = (text: string): z.output<typeof shape> => shape.parse(JSON.parse(text));

const parse = (text: string, path: string): readonly NamedKey[] => {
  try {
    return parseKeysFile(text);
  } catch (error) {
    throw new CommandError(EXIT.config, `the keys file ${path} cannot be used: ${messageOf(error)}`);
  }
};

const exists = async (path: string, { fs }: Machine): Promise<boolean> => {
  try {
    await fs.stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || messageOf(error).includes('ENOENT')) return false;
    throw new CommandError(EXIT.input, `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
};

const read = async (path: string, { fs }: Machine): Promise<string> => {
  try {
    return await fs.readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(EXIT.input, `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
};

/** Whoever reads it meanwhile finds the former file, or this one. */
const write = async (path: string, content: object, { fs }: Machine): Promise<void> => {
  const next = `${path}.new`;
  try {
    const stats = await fs.stat(path).catch(() => undefined);
    const mode = stats === undefined ? PRIVATE : stats.mode & PERMISSIONS;
    await fs.writeFile(next, `${JSON.stringify(content, undefined, 2)}\n`, { mode: PRIVATE });
    await fs.chmod(next, mode);
    await fs.rename(next, path);
  } catch (error) {
    throw new CommandError(EXIT.output, `${path} cannot be written: ${messageOf(error)}`, { cause: error });
  }
};
