import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { SystemContract } from '@typed-queue/contracts';
import { configOrReport, EXIT, startTraces, type Traces } from '@typed-queue/program';
import type { QueueClient, Tracing } from '@typed-queue/queue-client';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { parseCommand, USAGE } from './command-line.js';
import { parseConfig, type Config } from './config.js';
import type { FileWork } from './file-outcome.js';
import { reportTo } from './report.js';
import { writeFiles } from './write-files.js';

export interface FileWriterDeps extends FileWork {
  /** Arguments of the command line, without those of Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly connect: (
    config: Config,
    tracing: Tracing | undefined,
  ) => Pick<QueueClient<SystemContract>, 'publish' | 'on' | 'close'>;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly colors: Colors;
  /** Ends the program after the current file; a number as its reason is the exit code. */
  readonly signal: AbortSignal;
}

const write = async (deps: FileWriterDeps, files: readonly string[], timeoutMs: number): Promise<number> => {
  const { env, cwd, stderr, connect, signal } = deps;
  const setup = await configOrReport('file-writer', stderr, async () => ({
    config: parseConfig(env),
    traces: await tracesOf(deps),
  }));
  if (setup === undefined) return EXIT.config;
  const { config, traces } = setup;
  const folder = config.startedIn ?? cwd;
  const allDone = await writeFiles({
    ...deps,
    paths: files.map((file) => resolve(folder, file)),
    queue: connect(config, traces.tracing),
    server: new URL(config.url).origin,
    timeoutMs,
    report: reportTo(deps),
  });
  await traces.close();
  if (allDone) return EXIT.done;
  return typeof signal.reason === 'number' ? signal.reason : EXIT.failed;
};

const tracesOf = (deps: FileWriterDeps): Promise<Traces<Tracing>> =>
  startTraces(deps.env, {
    service: 'file-writer',
    tracing: async () => (await import('@typed-queue/queue-client/opentelemetry')).openTelemetryTracing(),
    warn: (line) => reportTo(deps).status(line),
  });

/**
 * Rewrites the named files and publishes the outcome of each.
 * @returns the exit code: 0 all done, 1 a file failed or an event is unpublished, 2 wrong usage,
 * 78 wrong environment, and what `signal` says when it ended the program before all was done.
 */
export const runFileWriter = async (deps: FileWriterDeps): Promise<number> => {
  const { args, stdout, stderr } = deps;
  // The work goes on without a reader of the output.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  return match(parseCommand(args))
    .with({ kind: 'help' }, () => {
      stdout.write(USAGE);
      return EXIT.done;
    })
    .with({ kind: 'wrong' }, ({ problem }) => {
      stderr.write(`file-writer: ${problem}\n\n${USAGE}`);
      return EXIT.usage;
    })
    .with({ kind: 'write' }, ({ files, timeoutMs }) => write(deps, files, timeoutMs))
    .exhaustive();
};
