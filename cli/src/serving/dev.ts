import type { Start } from '@typed-queue/contracts';
import { isSet, messageOf } from '@typed-queue/program';
import { dirname } from 'node:path';
import { withClient, type Client } from '../connection/client.js';
import { servedContract } from '../connection/served-contract.js';
import type { Settings } from '../connection/settings.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import type { Printer } from '../output/printer.js';
import { printTail } from '../tailing/print-tail.js';
import { exitCodeOf, startServer } from './server-program.js';
import { SourceChanges } from './source-changes.js';

interface Dev {
  /** An absolute path. */
  readonly contract: string;
  readonly port: string;
  readonly host: string | undefined;
  /** An absolute path. */
  readonly dataDir: string;
  readonly printer: Printer;
}

/** Why a server ended. */
type End =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'ended'; readonly exitCode: ExitCode };

/** Serves a contract until Ctrl-C, or until the server ends for a reason that no change of the contract mends. */
export const runDev = async (dev: Dev, machine: Machine): Promise<ExitCode> => {
  const stop = AbortSignal.any([machine.stop(), machine.outputClosed]);
  const changes = await SourceChanges.watch(dirname(dev.contract), dev.dataDir);
  try {
    for (;;) {
      const end = await serveOnce(dev, changes, stop, machine);
      if (end.kind === 'stopped') return EXIT.done;
      if (end.kind === 'ended') {
        if (end.exitCode !== EXIT.config) return end.exitCode;
        dev.printer.note('the contract cannot be served; waiting for a change of it');
        await changes.next(stop);
        if (stop.aborted) return EXIT.done;
      }
      dev.printer.note(`changed: ${changes.take()}; starting again`);
    }
  } finally {
    await changes.close();
  }
};

const serveOnce = async (
  dev: Dev,
  changes: SourceChanges,
  stop: AbortSignal,
  machine: Machine,
): Promise<End> => {
  const server = startServer({ ...dev, output: 'stderr' }, machine);
  const session = new AbortController();
  const ended = exitCodeOf(server).then((exitCode): End => ({ kind: 'ended', exitCode }));
  const changed = changes.next(session.signal).then((): End => ({ kind: 'changed' }));
  const stopped = new Promise<End>((resolve) => {
    const end = (): void => resolve({ kind: 'stopped' });
    if (stop.aborted) end();
    stop.addEventListener('abort', end, { once: true, signal: session.signal });
  });
  const printing = printPublished(dev, session.signal, machine);
  const end = await Promise.race([ended, changed, stopped]);
  session.abort();
  // A client whose server is gone first waits for it.
  await printing;
  if (end.kind !== 'ended') server.signal(stop.aborted && stop.reason === 130 ? 'SIGINT' : 'SIGTERM');
  await ended;
  return end;
};

/** Prints what is published while the server runs. */
const printPublished = async (dev: Dev, session: AbortSignal, machine: Machine): Promise<void> => {
  const from = { time: machine.now() };
  // Asked again: it changes while this waits.
  const isOver = (): boolean => session.aborted;
  while (!isOver()) {
    try {
      await followAll(dev, from, session, machine);
    } catch (error) {
      if (isOver()) return;
      dev.printer.note(`messages are not printed: ${messageOf(error)}`);
      // A server that is away or busy is asked again; nothing else changes while it runs.
      if (!(error instanceof CommandError) || error.exitCode !== EXIT.unavailable) return;
    }
  }
};

const followAll = async (
  { printer, ...dev }: Dev,
  from: Start,
  session: AbortSignal,
  machine: Machine,
): Promise<void> => {
  const settings = settingsOf(dev, machine);
  const following = { ...machine, stop: () => session };
  const contract = await servedContract(settings, machine, session);
  const follow = (client: Client): Promise<unknown> => {
    const tails = Object.keys(contract).map((queue) =>
      printTail(client, { queue, from, filter: { follow: true }, printer, showsQueue: true }, following),
    );
    return Promise.all(tails);
  };
  await withClient(settings, machine, follow, { contract, patience: session });
};

const ANY_ADDRESS = ['', '0.0.0.0', '::', 'localhost'];
const TIMEOUT_MS = 10_000;

const settingsOf = ({ host, port }: Pick<Dev, 'host' | 'port'>, { env }: Machine): Settings => {
  const name = host ?? env.HOST ?? '';
  const [token] = isSet(env.QUEUE_TOKEN) ? [env.QUEUE_TOKEN] : (env.QUEUE_TOKENS ?? '').split(',');
  return {
    url: `http://${ANY_ADDRESS.includes(name) ? '127.0.0.1' : name}:${port}`,
    path: undefined,
    ca: undefined,
    token: isSet(token) ? token : undefined,
    timeoutMs: TIMEOUT_MS,
    contract: undefined,
  };
};
