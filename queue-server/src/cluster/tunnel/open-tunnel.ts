import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { ConnectionTunnels } from './connection-tunnels.js';
import { TunnelNotOpened } from './tunnel-errors.js';
import type { TunnelOrigin } from './tunnel-origin.js';
import { tunnelRequest } from './tunnel-request.js';
import type { TunnelStream } from './tunnel-stream.js';

export interface OpeningOptions {
  /** How long to wait for an answer. */
  readonly timeoutMs: number;
  /** Ends waiting; the reason of it is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a tunnel to the server that answers to a subject.
 * @throws TunnelNotOpened
 */
export const openTunnel = async (
  connection: NatsConnection,
  subject: string,
  origin: TunnelOrigin,
  { timeoutMs, signal }: OpeningOptions,
): Promise<TunnelStream> => {
  const tunnels = ConnectionTunnels.of(connection);
  const { connected } = tunnels;
  const asked = request(connection, subject, { text: tunnelRequest(origin), timeoutMs });
  const answer = await unlessAborted(asked, signal === undefined ? [connected] : [signal, connected]).catch(
    (error: unknown) => {
      throw connected.aborted ? new TunnelNotOpened('disconnected', subject, error) : error;
    },
  );
  const { tunnel, subject: own } = tunnels.add({});
  tunnel.open(answer.string(), own);
  return tunnel.stream;
};

const request = (
  connection: NatsConnection,
  subject: string,
  { text, timeoutMs }: { readonly text: string; readonly timeoutMs: number },
): Promise<Msg> =>
  connection.request(subject, text, { timeout: timeoutMs }).catch((error: unknown) => {
    throw new TunnelNotOpened(isNobodyThere(error) ? 'nobody' : 'silent', subject, error);
  });

/** Known by name: the library is loaded only where it is used. */
const isNobodyThere = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'NoResponders' || isNobodyThere(error.cause));

/** @throws the reason of the first signal that is aborted */
const unlessAborted = async <T>(asked: Promise<T>, signals: readonly AbortSignal[]): Promise<T> => {
  const settled = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { signal: settled.signal });
    }
  });
  try {
    await Promise.race([aborted, asked]);
    for (const signal of signals) signal.throwIfAborted();
    return await asked;
  } finally {
    settled.abort();
  }
};
