import { isSet, messageOf, queueUrl } from '@typed-queue/program';
import { InvalidArgumentError, type Command } from 'commander';
import { resolve } from 'node:path';
import { decimal } from '../decimal.js';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { notEmpty } from '../not-empty.js';
import { PROFILE_FILE, readProfile, type Profile } from './profile.js';

/** The options of every command that asks a server. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly path?: string;
  readonly ca?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly timeout: number;
}

/** How the server is reached. */
export interface Settings {
  readonly url: string;
  readonly path: string | undefined;
  /** In PEM. */
  readonly ca: string | undefined;
  readonly token: string | (() => Promise<string>) | undefined;
  /** For the connection, and for each answer. */
  readonly timeoutMs: number;
  /** A module; undefined: what the server says of its queues. */
  readonly contract: string | undefined;
}

const DEFAULT_TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 86_400;

const seconds = (text: string): number => {
  const value = decimal(text);
  if (value > 0 && value <= MAX_TIMEOUT_SECONDS) return value;
  throw new InvalidArgumentError('Write seconds: 10, or 0.5.');
};

/** Adds the options of the connection to a command. */
export const addConnectionOptions = (command: Command): Command =>
  command
    .optionsGroup('Connection (an option, else its variable, else the profile, else the default):')
    .option('--url <url>', 'of the queue server (QUEUE_URL; default: http://localhost:3333)')
    .option('--token <token>', 'a key or token (QUEUE_TOKEN); others see it in the list of processes')
    .option('--token-file <file>', 'a file that holds it (QUEUE_TOKEN_FILE)', notEmpty)
    .option('--path <path>', 'of Socket.IO, behind a proxy: /queue/socket.io/')
    .option('--ca <file>', 'certificates to trust, in PEM', notEmpty)
    .option('--timeout <seconds>', 'for the connection and for each answer', seconds, DEFAULT_TIMEOUT_SECONDS)
    .optionsGroup('Options:');

/** What is said at the end of `--help` of these commands. */
export const CONNECTION_HELP = `
Profile: ${PROFILE_FILE} in the working directory or above it, { "url", "path", "ca", "token" or "tokenFile", "contract" }
`;

/**
 * Reads the settings of a command: an option, else its variable, else the profile, else the default.
 *
 * A token of the profile is for the server of the profile: another one does not get it.
 * @throws CommandError
 */
export const readSettings = async (
  options: ConnectionOptions & { readonly contract?: string },
  machine: Machine,
): Promise<Settings> => {
  const profile = await readProfile(machine);
  const { directory } = machine;
  const ca = options.ca === undefined ? inProfile(profile, profile.ca) : resolve(directory, options.ca);
  const url = urlOf(options, profile, machine);
  return {
    url,
    path: pathOf(options, profile),
    ca: ca === undefined ? undefined : await readText(ca, machine),
    token: (await tokenOf(options, machine)) ?? (await profileToken(profile, url, machine)),
    timeoutMs: options.timeout * 1_000,
    contract: options.contract ?? set(machine.env.CONTRACT) ?? inProfile(profile, profile.contract),
  };
};

/** Undefined: it is not set, or empty. */
export const set = (value: string | undefined): string | undefined => (isSet(value) ? value : undefined);

/** A path of the profile starts where the profile is. */
const inProfile = ({ directory = '' }: Profile, path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(directory, path);

const DEFAULT_URL = queueUrl.parse(undefined);

const urlOf = ({ url }: ConnectionOptions, profile: Profile, { env }: Machine): string => {
  const [source, given] =
    url !== undefined
      ? ['--url', url]
      : isSet(env.QUEUE_URL)
        ? ['QUEUE_URL', env.QUEUE_URL]
        : [PROFILE_FILE, profile.url];
  const parsed = queueUrl.safeParse(given);
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues.map(({ message }) => message).join('; ');
  const exitCode = source === '--url' ? EXIT.usage : EXIT.config;
  throw new CommandError(exitCode, `${source} ${JSON.stringify(given)}: ${problem}`);
};

const pathOf = ({ path }: ConnectionOptions, profile: Profile): string | undefined => {
  const [source, given, exitCode] =
    path === undefined
      ? [`"path" of ${PROFILE_FILE}`, profile.path, EXIT.config]
      : ['--path', path, EXIT.usage];
  if (given === undefined || given.startsWith('/')) return given;
  throw new CommandError(
    exitCode,
    `${source}: ${JSON.stringify(given)}: a path begins with a slash, like "/queue/socket.io/"`,
  );
};

type Token = Settings['token'];

const tokenOf = async ({ token, tokenFile }: ConnectionOptions, machine: Machine): Promise<Token> => {
  const { env, directory } = machine;
  if (token !== undefined && tokenFile !== undefined)
    throw new CommandError(EXIT.usage, '--token and --token-file: leave one of them out');
  if (token !== undefined) return token;
  if (tokenFile !== undefined) return fromFile(resolve(directory, tokenFile), machine);
  const [variable, file] = [set(env.QUEUE_TOKEN), set(env.QUEUE_TOKEN_FILE)];
  if (variable !== undefined && file !== undefined)
    throw new CommandError(EXIT.config, 'QUEUE_TOKEN and QUEUE_TOKEN_FILE: leave one of them out');
  return file === undefined ? variable : fromFile(resolve(directory, file), machine);
};

const profileToken = async (profile: Profile, url: string, machine: Machine): Promise<Token> => {
  const { token, tokenFile } = profile;
  if (token === undefined && tokenFile === undefined) return undefined;
  if (new URL(profile.url ?? DEFAULT_URL).origin !== new URL(url).origin) {
    machine.stderr.write(
      `warning: the token of ${PROFILE_FILE} is for ${profile.url ?? DEFAULT_URL}: ${url} does not get it\n`,
    );
    return undefined;
  }
  const path = inProfile(profile, tokenFile);
  return path === undefined ? token : fromFile(path, machine);
};

/** Read at each attempt to connect: the key in it may be replaced meanwhile. */
const fromFile = async (path: string, machine: Machine): Promise<() => Promise<string>> => {
  const read = async (): Promise<string> => {
    const token = (await readText(path, machine)).trim();
    if (token === '') throw new CommandError(EXIT.input, `${path} is empty: it should hold a key or token`);
    return token;
  };
  // Says now that there is no such file.
  await read();
  return read;
};

const readText = async (path: string, { fs }: Machine): Promise<string> => {
  try {
    return await fs.readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(EXIT.input, `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
};
