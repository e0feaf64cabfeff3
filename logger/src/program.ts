import { QueueError } from '@typed-queue/contracts';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { parseCommand, USAGE, type Command } from './command-line.js';
import { parseConfig, type Config } from './config.js';
import { selectionOf } from './filter.js';
import { jsonLayout } from './json.js';
import { runLogger, type Parts } from './logger.js';
import { prettyLayout } from './pretty.js';
import { groupOf } from './source.js';

export interface ProgramParts extends Pick<Parts, 'stdout' | 'stderr' | 'after' | 'signal'> {
  /** Arguments of the command line, without those of Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly connect: (config: Config) => Parts['queue'];
  readonly colors: Colors;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type PrintCommand = Extract<Command, { readonly kind: 'print' }>;

const EXIT = { done: 0, usage: 2, config: 78 } as const;

const configOf = ({ env, stderr }: ProgramParts): Config | undefined => {
  try {
    return parseConfig(env);
  } catch (error) {
    if (!(error instanceof QueueError && error.code === 'config_invalid')) throw error;
    stderr.write(`logger: ${error.message}\n`);
    return undefined;
  }
};

const print = async (parts: ProgramParts, { filter, replay, json }: PrintCommand): Promise<number> => {
  const config = configOf(parts);
  if (config === undefined) return EXIT.config;
  const selection = selectionOf(filter ?? config.filter);
  return runLogger({
    ...parts,
    queue: parts.connect(config),
    server: new URL(config.url).origin,
    selection,
    source: replay === undefined ? groupOf(selection) : { kind: 'replay', ...replay },
    layout: json || config.format === 'json' ? jsonLayout : prettyLayout(parts.colors),
  });
};

/**
 * The logger as its command line and environment say.
 * @returns the exit code: that of `runLogger`, 2 wrong usage, 78 wrong environment.
 */
export const runProgram = async (parts: ProgramParts): Promise<number> => {
  const { args, stdout, stderr, now } = parts;
  // A reader that is gone is told of by the end of the logger, where there is one.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  return match(parseCommand(args, now()))
    .with({ kind: 'help' }, () => {
      stdout.write(USAGE);
      return EXIT.done;
    })
    .with({ kind: 'wrong' }, ({ problems }) => {
      stderr.write(`${problems.map((problem) => `logger: ${problem}\n`).join('')}\n${USAGE}`);
      return EXIT.usage;
    })
    .with({ kind: 'print' }, (command) => print(parts, command))
    .exhaustive();
};
