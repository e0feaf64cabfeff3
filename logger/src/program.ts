import { QueueError } from '@typed-queue/contracts';
import { contractFrom, type LoadedContract } from '@typed-queue/program';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { announcementOf } from './announcement.js';
import { parseCommand, usageOf, type Command } from './command-line.js';
import { parseConfig, type Config } from './config.js';
import { selectionOf } from './filter.js';
import { jsonLayout } from './json.js';
import { runLogger, type Parts } from './logger.js';
import { prettyLayout } from './pretty.js';
import { groupOf } from './source.js';
import { statusTo } from './status.js';

export interface ProgramParts extends Pick<Parts, 'stdout' | 'stderr' | 'after' | 'signal'> {
  /** Arguments of the command line, without those of Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An absolute path, where the user stands. */
  readonly directory: string;
  readonly connect: (config: Config) => Parts['queue'];
  readonly colors: Colors;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type PrintCommand = Extract<Command, { readonly kind: 'print' }>;

const EXIT = { done: 0, usage: 2, config: 78 } as const;

const configOf = ({ env, stderr }: ProgramParts, loaded: LoadedContract): Config | undefined => {
  try {
    return parseConfig(env, loaded);
  } catch (error) {
    if (!(error instanceof QueueError && error.code === 'config_invalid')) throw error;
    stderr.write(`logger: ${error.message}\n`);
    return undefined;
  }
};

const print = async (
  parts: ProgramParts,
  { filter, replay, json }: PrintCommand,
  loaded: LoadedContract,
): Promise<number> => {
  const config = configOf(parts, loaded);
  if (config === undefined) return EXIT.config;
  const { contract } = config;
  const selection = selectionOf(contract, filter ?? config.filter);
  const source =
    replay === undefined ? groupOf(contract, selection) : ({ kind: 'replay', ...replay } as const);
  const server = new URL(config.url).origin;
  statusTo(parts.stderr)(announcementOf({ selection, source, server, module: parts.env.CONTRACT ?? '' }));
  return runLogger({
    ...parts,
    ...{ contract, selection, source, server },
    queue: parts.connect(config),
    layout: json || config.format === 'json' ? jsonLayout : prettyLayout(contract, parts.colors),
  });
};

/**
 * The logger as its command line and environment say.
 * @returns the exit code: that of `runLogger`, 2 wrong usage, 78 wrong environment.
 */
export const runProgram = async (parts: ProgramParts): Promise<number> => {
  const { args, env, directory, stdout, stderr, now } = parts;
  // A reader that is gone is told of by the end of the logger, where there is one.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  const loaded = await contractFrom(env.CONTRACT, directory);
  const contract = loaded.kind === 'loaded' ? loaded.contract : undefined;
  return match(parseCommand(args, contract, now()))
    .with({ kind: 'help' }, () => {
      stdout.write(usageOf(contract));
      return EXIT.done;
    })
    .with({ kind: 'wrong' }, ({ problems }) => {
      stderr.write(`${problems.map((problem) => `logger: ${problem}\n`).join('')}\n${usageOf(contract)}`);
      return EXIT.usage;
    })
    .with({ kind: 'print' }, (command) => print(parts, command, loaded))
    .exhaustive();
};
