import { messageOf, printable, queueUrl } from '@typed-queue/program';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';

export const PROFILE_FILE = '.typed-queue.json';

const text = z.string().min(1);
const profile = z
  .strictObject({
    url: queueUrl.optional(),
    path: text.optional(),
    ca: text.optional(),
    token: text.optional(),
    tokenFile: text.optional(),
    contract: text.optional(),
  })
  .refine(({ token, tokenFile }) => token === undefined || tokenFile === undefined, {
    error: '"token" and "tokenFile": leave one of them out',
  });

/** Defaults of a folder and of all below it. */
export interface Profile extends Partial<Readonly<z.output<typeof profile>>> {
  /** Where it was found: its relative paths begin there. Undefined: nowhere. */
  readonly directory?: string | undefined;
}

/** Mode bits of the group and of others that let them read. */
const READABLE_BY_OTHERS = 0o044;

/**
 * The profile of the working directory or of the nearest folder above it that has one.
 *
 * One of another user is not used: in a folder that all may write to, it would choose the server that gets this user's token.
 * @throws CommandError when it is wrong
 */
export const readProfile = async (machine: Machine): Promise<Profile> => {
  const { fs, stderr, uid } = machine;
  for (const directory of foldersFrom(machine.directory)) {
    const path = join(directory, PROFILE_FILE);
    const stats = await fs.stat(path).catch(() => undefined);
    if (stats?.isFile() !== true) continue;
    if (uid !== undefined && stats.uid !== uid && stats.uid !== 0) {
      stderr.write(`warning: ${path} belongs to another user and is not used\n`);
      continue;
    }
    const found = parse(await fs.readFile(path, 'utf8').catch(unusable(path)), path);
    if (found.token !== undefined && (stats.mode & READABLE_BY_OTHERS) !== 0 && uid !== undefined)
      stderr.write(`warning: other users of this machine can read the token in ${path}: chmod 600 ${path}\n`);
    return { ...found, directory };
  }
  return {};
};

function* foldersFrom(directory: string): Generator<string> {
  let folder = resolve(directory);
  for (;;) {
    yield folder;
    const above = dirname(folder);
    if (above === folder) return;
    folder = above;
  }
}

const unusable =
  (path: string) =>
  (error: unknown): never => {
    throw new CommandError(EXIT.config, `${path} cannot be used: ${messageOf(error)}`, { cause: error });
  };

const parse = (content: string, path: string): z.output<typeof profile> => {
  const parsed = profile.safeParse(jsonOf(content, path));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path: at, message }) => [...at.map(String), message].join(': '));
  throw new CommandError(EXIT.config, printable(`${path}: ${issues.join('; ')}`));
};

/** The message of `JSON.parse` quotes the file, which may hold a token. */
const jsonOf = (content: string, path: string): unknown => {
  try {
    return JSON.parse(content);
  } catch {
    throw new CommandError(EXIT.config, `${path} is not JSON`);
  }
};
