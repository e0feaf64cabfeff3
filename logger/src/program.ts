import {
  configOrReport,
  contractFrom,
  EXIT,
  startTraces,
  type LoadedContract,
  type Traces,
} from '@typed-queue/program';
import type { Tracing } from '@typed-queue/queue-client';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { announcementOf } from './announcement.js';
import { parseCommand, usageOf, type Command } from './command-line.js';
import { parseConfig, type Config } from './config.js';
import { selectionOf } from './filter.js';
import { jsonLayout } from './layouts/json-layout.js';
import { runLogger, type LoggerDeps } from './logger.js';
import { prettyLayout } from './layouts/pretty-layout.js';
import { groupOf } from './source.js';
import { statusTo } from './status.js';

export interface ProgramDeps extends Pick<LoggerDeps, 'stdout' | 'stderr' | 'after'> {
  /** Arguments of the command line, without those of Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's working directory, absolute. */
  readonly directory: string;
  readonly connect: (config: Config, tracing: Tracing | undefined) => LoggerDeps['queue'];
  readonly colors: Colors;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called when the contract is loaded: until then signals end the process. */
  readonly stopSignal: () => AbortSignal;
}

type PrintCommand = Extract<Command, { readonly kind: 'print' }>;

const print = async (
  deps: ProgramDeps,
  { filter, replay, json }: PrintCommand,
  loaded: LoadedContract,
): Promise<number> => {
  const setup = await configOrReport('logger', deps.stderr, async () => ({
    config: parseConfig(deps.env, loaded),
    traces: await tracesOf(deps),
  }));
  if (setup === undefined) return EXIT.config;
  const { config, traces } = setup;
  const { contract } = config;
  const selection = selectionOf(contract, filter ?? config.filter);
  const source =
    replay === undefined ? groupOf(contract, selection) : ({ kind: 'replay', ...replay } as const);
  const server = new URL(config.url).origin;
  statusTo(deps.stderr)(announcementOf({ selection, source, server, module: deps.env.CONTRACT ?? '' }));
  const exitCode = await runLogger({
    ...deps,
    contract,
    selection,
    source,
    server,
    signal: deps.stopSignal(),
    queue: deps.connect(config, traces.tracing),
    layout: json || config.format === 'json' ? jsonLayout : prettyLayout(contract, deps.colors),
  });
  await traces.close();
  return exitCode;
};

const tracesOf = ({ env, stderr }: ProgramDeps): Promise<Traces<Tracing>> =>
  startTraces(env, {
    service: 'logger',
    tracing: async () => (await import('@typed-queue/queue-client/opentelemetry')).openTelemetryTracing(),
    warn: statusTo(stderr),
  });

/**
 * Runs the logger by its command line and environment.
 * @returns the exit code: that of `runLogger`, 2 wrong usage, 78 wrong environment.
 */
export const runProgram = async (deps: ProgramDeps): Promise<number> => {
  const { args, env, directory, stdout, stderr, now } = deps;
  // `runLogger` handles an output whose reader is gone; the help needs no more than this.
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
    .with({ kind: 'print' }, (command) => print(deps, command, loaded))
    .exhaustive();
};
