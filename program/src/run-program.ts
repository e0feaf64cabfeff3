import { QueueError, type ApiErrorCode } from '@typed-queue/contracts';
import type { DataDirPlaces } from './data-dir.js';
import { answerArguments, type ServerProgram } from './server-arguments.js';
import { stopSignal, type Signalled } from './stop-signal.js';

/** The exit codes of all programs; `config` is `EX_CONFIG` of sysexits.h. */
export const EXIT = { done: 0, failed: 1, usage: 2, config: 78 } as const;

type Env = Readonly<Record<string, string | undefined>>;

interface TextOutput {
  write(text: string): unknown;
}

interface OutputStream extends TextOutput {
  on(event: 'error', listener: () => void): unknown;
}

/**
 * What `read` returns; undefined when the configuration is wrong, after writing to `stderr` what is wrong with it.
 * @param label begins the text: `queue-server`
 */
export const configOrReport = async <C>(
  label: string,
  stderr: TextOutput,
  read: () => C | Promise<C>,
): Promise<C | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    stderr.write(`${label}: ${error.message}\n`);
    return undefined;
  }
};

/** What it uses of the process. */
interface ProgramProcess extends Signalled {
  readonly argv: readonly string[];
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  cwd(): string;
}

/** A server that is configured by its environment and runs until it is stopped. */
export interface RunnableServer<C> extends Omit<ServerProgram, 'stdout' | 'stderr'> {
  /** Begins its lines on stderr. Default: `name`. */
  readonly label?: string | undefined;
  /** @throws QueueError when the configuration is wrong: exit code 78 */
  readonly configure: (env: Env, places: DataDirPlaces) => C | Promise<C>;
  /** Serves until the signal aborts, then closes. */
  readonly serve: (config: C, stop: AbortSignal) => Promise<void>;
  /** Default: SIGINT, SIGTERM, or the end of the npm that started it. */
  readonly stopOf?: ((config: C) => AbortSignal) | undefined;
  /** What to do about errors of the system, by their code. */
  readonly advice: Readonly<Record<string, (config: C) => string>>;
  /** Explains errors that need more than their message; undefined: this is none of them. */
  readonly explain?: ((error: unknown, config: C) => string | undefined) | undefined;
  /** Logs why it cannot run. `explanation` is undefined for an error that nobody expects. */
  readonly logFailure: (config: C, explanation: string | undefined, error: unknown) => void;
  /** Errors of `serve` that only another configuration mends: exit code 78, too. */
  readonly configErrors?: readonly ApiErrorCode[] | undefined;
}

/** What the user can do about a server that cannot listen. */
export const LISTEN_ADVICE = {
  EADDRINUSE: ({ port, host }: { readonly port: number; readonly host: string }) =>
    `Port ${port} of ${host} is taken. Stop the program that has it, or set PORT.`,
  EADDRNOTAVAIL: ({ host }: { readonly host: string }) => `This machine has no address ${host}. Set HOST.`,
} as const;

/**
 * Runs a server program: answers its arguments, or reads its configuration and serves.
 * @returns the exit code
 */
export const runServer = async <C>(process: ProgramProcess, server: RunnableServer<C>): Promise<number> => {
  const { argv, env, stdout, stderr } = process;
  // A reader of the output that is gone ends no server.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  const answered = answerArguments(argv.slice(2), { ...server, stdout, stderr });
  if (answered !== undefined) return answered;
  const { label = server.name, moduleDir, stopOf = () => stopSignal(process) } = server;
  const directory = env.INIT_CWD ?? process.cwd();
  const config = await configOrReport(label, stderr, () => server.configure(env, { directory, moduleDir }));
  if (config === undefined) return EXIT.config;
  try {
    await server.serve(config, stopOf(config));
    return EXIT.done;
  } catch (error) {
    server.logFailure(config, explanationOf(error, config, server), error);
    const { configErrors = [] } = server;
    return error instanceof QueueError && configErrors.includes(error.code) ? EXIT.config : EXIT.failed;
  }
};

const explanationOf = <C>(
  error: unknown,
  config: C,
  { advice, explain }: RunnableServer<C>,
): string | undefined => {
  const explained = explain?.(error, config);
  if (explained !== undefined) return explained;
  if (error instanceof QueueError)
    return error.code === 'internal' ? undefined : `${error.message} (${error.code})`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = advice[code]?.(config);
  return known === undefined ? undefined : `${known} (${String(error)})`;
};
