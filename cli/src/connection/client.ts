import type { QueueError, Contract } from '@typed-queue/contracts';
import { codeOf, messageOf, printable } from '@typed-queue/program';
import type { QueueClient } from '@typed-queue/queue-client';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { exposedTokenText } from './exposed-token.js';
import { failureOf } from './failure.js';
import type { Settings } from './settings.js';

export type Client = QueueClient<Contract>;

/** What the server shows of this client. */
const NAME = 'typed-queue-cli';
const RECONNECT = { minDelayMs: 250, maxDelayMs: 2_000 };

interface ClientOptions {
  /** Default: none, for administration only. */
  readonly contract?: Contract;
  /** Waits for the server until it aborts. Default: the first failure to connect is final. */
  readonly patience?: AbortSignal;
}

/**
 * Connects, runs a function with the client, and closes it. Once it was connected, the client connects again by itself, and
 * `stderr` has a line about it.
 * @throws CommandError when there is no server, or it refuses
 */
export const withClient = async <T>(
  settings: Settings,
  machine: Machine,
  use: (client: Client) => Promise<T>,
  { contract = {}, patience }: ClientOptions = {},
): Promise<T> => {
  const client = await open(settings, contract);
  try {
    await connected(client, settings, machine, patience);
    reportConnection(client, machine);
    return await use(client);
  } catch (error) {
    throw failureOf(error);
  } finally {
    await client.close({ timeoutMs: 0 });
  }
};

const open = async (settings: Settings, contract: Contract): Promise<Client> => {
  const { url, path, ca, token, contract: module } = settings;
  const validate = module !== undefined;
  // Loaded only by the commands that ask a server.
  const { connect } = await import('@typed-queue/queue-client');
  try {
    return connect(contract, { url, path, ca, token, validate, name: NAME, reconnect: RECONNECT });
  } catch (error) {
    throw failureOf(error);
  }
};

/** Resolves when it is connected; rejects at the first failure. */
const connected = (
  client: Client,
  { url, path, timeoutMs }: Settings,
  { stderr }: Machine,
  patience: AbortSignal | undefined,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (why: string) => (): void => reject(noServer(url, why, path));
    const limit = patience ?? AbortSignal.timeout(timeoutMs);
    const end = fail(`no answer within ${timeoutMs / 1_000} s`);
    if (limit.aborted) end();
    limit.addEventListener('abort', end, { once: true });
    client.on('connected', () => resolve());
    client.on('connection:failed', ({ cause }) => {
      if (patience === undefined) fail(causeText(cause))();
    });
    client.on('error', ({ error }) => {
      if (patience === undefined || !error.retryable) reject(plainHttp(error, url) ?? error);
    });
    client.on('token:failed', ({ error }) => reject(failureOf(error)));
    client.on('token:exposed', ({ server }) => {
      stderr.write(exposedTokenText(server));
    });
  });

const causeText = (cause: Error): string => {
  const code = codeOf(cause);
  return code === undefined || cause.message.includes(code) ? cause.message : `${cause.message} (${code})`;
};

/** What a server without TLS answers is no TLS. */
const NO_TLS = ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'];

/** The error for a server that has no TLS; undefined: it is another one. */
const plainHttp = ({ code, details }: QueueError, url: string): CommandError | undefined => {
  if (code !== 'server_untrusted' || !NO_TLS.includes(String(details.code))) return undefined;
  const plain = url.replace(/^(http|ws)s:/, '$1:');
  return new CommandError(
    EXIT.unavailable,
    printable(`the server at ${url} has no TLS: write ${plain}, or correct the port`),
  );
};

const noServer = (url: string, why: string, path: string | undefined): CommandError =>
  new CommandError(
    EXIT.unreachable,
    printable(
      `no queue server at ${url}${path === undefined ? '' : ` with the path ${path}`}: ${why}. Start one (typed-queue serve), or name it: --url, QUEUE_URL, or a profile.`,
    ),
  );

const reportConnection = (client: Client, { stderr }: Machine): void => {
  client.on('disconnected', ({ reason }) => {
    stderr.write(printable(`connection lost (${reason}); connecting again`) + '\n');
  });
  client.on('connected', ({ again }) => {
    if (again) stderr.write('connected again\n');
  });
  client.on('token:failed', ({ error }) => {
    stderr.write(printable(`the token cannot be read: ${messageOf(error)}; trying again`) + '\n');
  });
  client.on('error', ({ error }) => {
    if (!isFinal(client, error)) stderr.write(printable(`warning: ${error.message} (${error.code})`) + '\n');
  });
};

/** What ended the client rejects the calls that wait. */
const isFinal = ({ state }: Client, error: QueueError): boolean =>
  state.kind === 'refused' && state.error === error;
