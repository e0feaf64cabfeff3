import { Command } from 'commander';
import type { ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { contractOf, exitCodeOf, startServer, type ServerOptions } from './server-program.js';

interface ServeOptions extends ServerOptions {
  readonly contract?: string;
}

const HELP = `
Everything else is configured by variables, as for typed-queue-server: "npx @typed-queue/queue-server --help" lists them.
A contract in TypeScript is run as it is.

Examples:
  $ typed-queue serve --contract dist/contract.js --data-dir /var/lib/typed-queue
  $ QUEUE_KEYS_FILE=keys.json HOST=0.0.0.0 typed-queue serve --contract contract.ts

Exit codes: those of the server: 0 stopped by a signal, 1 it cannot run, 78 wrong environment or contract
`;

/** Options that `serve` and `dev` share. */
export const addServerOptions = (command: Command): Command =>
  command
    .option('--port <port>', 'where it listens (PORT; default: 3333)')
    .option('--host <host>', 'of which address (HOST; default: 127.0.0.1)')
    .option('--data-dir <folder>', 'where messages are kept (DATA_DIR)');

/** `typed-queue serve`. */
export const serveCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addServerOptions(
    new Command('serve')
      .description('runs the queue server')
      .option(
        '--contract <module>',
        'path or package that exports "contract" (CONTRACT; default: the built-in one)',
      ),
  )
    .addHelpText('after', HELP)
    .action(async (options: ServeOptions) => exit(await serve(options, machine)));

const serve = async (options: ServeOptions, machine: Machine): Promise<ExitCode> => {
  const contract = await contractOf(options.contract, machine);
  const stop = machine.stop();
  const server = startServer({ ...options, contract, output: 'inherit' }, machine);
  stop.addEventListener('abort', () => server.signal(stop.reason === 130 ? 'SIGINT' : 'SIGTERM'), {
    once: true,
  });
  // It reads keys and certificates again.
  machine.onHangUp(() => server.signal('SIGHUP'));
  return exitCodeOf(server);
};
