import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { ConnectionTunnels } from './connection-tunnels.js';
import type { TunnelOrigin } from './tunnel-origin.js';
import { originIn } from './tunnel-request.js';
import type { TunnelStream } from './tunnel-stream.js';

export type AcceptTunnel = (stream: TunnelStream, from: TunnelOrigin) => void;

/**
 * Answers to a subject: whoever asks it gets a tunnel to this server. When several servers answer, the one that asked
 * takes the first, and `accept` is called there alone.
 */
export const serveTunnels = (
  connection: NatsConnection,
  subject: string,
  accept: AcceptTunnel,
): { readonly close: () => void } => {
  let isClosed = false;
  const take: AcceptTunnel = (stream, from) => {
    if (isClosed) stream.resetAndDestroy();
    else accept(stream, from);
  };
  const subscription = connection.subscribe(subject, {
    callback: (error, message) => {
      if (error === null) answer(message, ConnectionTunnels.of(connection), take);
    },
  });
  return {
    close: () => {
      isClosed = true;
      subscription.unsubscribe();
    },
  };
};

/** Says where this end hears. A tunnel that nobody takes ends by silence. */
const answer = (message: Msg, tunnels: ConnectionTunnels, take: AcceptTunnel): void => {
  const origin = originIn(message.string());
  if (origin === undefined) return;
  const { tunnel, subject } = tunnels.add({ origin, onOpened: () => take(tunnel.stream, origin) });
  message.respond(subject);
};
