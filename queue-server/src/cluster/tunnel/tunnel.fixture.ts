import type { NatsConnection } from '@nats-io/transport-node';
import { newId } from '@typed-queue/contracts';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connectNats } from '../../engine/nats/connection.js';
import { ConnectionTunnels } from './connection-tunnels.js';
import { memoryTunnel } from './memory-tunnel.js';
import { openTunnel } from './open-tunnel.js';
import { serveTunnels } from './serve-tunnels.js';
import type { TunnelStream } from './tunnel-stream.js';

export const ORIGIN = { address: '203.0.113.7', port: 4711 };

/** Both ends; the second is the server's. */
export type Ends = readonly [TunnelStream, TunnelStream];

export const openInMemory = (): Promise<Ends> => Promise.resolve(memoryTunnel(ORIGIN));

/** Connections of two servers to one NATS. */
export class TwoServers {
  readonly near: NatsConnection;
  readonly far: NatsConnection;

  private constructor(near: NatsConnection, far: NatsConnection) {
    this.near = near;
    this.far = far;
  }

  static async connect(url: string): Promise<TwoServers> {
    const [near, far] = await Promise.all([connectNats({ url }), connectNats({ url })]);
    return new TwoServers(near.connection, far.connection);
  }

  async open(subject = `tunnel.${newId()}`): Promise<Ends> {
    let served: { readonly close: () => void } | undefined;
    const accepted = new Promise<TunnelStream>((resolve) => {
      served = serveTunnels(this.far, subject, resolve);
    });
    await this.far.flush();
    const near = await openTunnel(this.near, subject, ORIGIN, { timeoutMs: 60_000 });
    const far = await accepted;
    served?.close();
    return [near, far];
  }

  /** Resolves when both are connected, after a loss of both. */
  async connected(): Promise<void> {
    for (const connection of [this.near, this.far])
      while (ConnectionTunnels.of(connection).connected.aborted)
        await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {
    await Promise.all([this.near.close(), this.far.close()]);
  }
}

/** Resolves with the error of a stream when it is closed; undefined: it had none. */
export const endOf = async (stream: Duplex): Promise<Error | null> => {
  if (!stream.closed) await once(stream, 'close').catch(() => undefined);
  return stream.errored;
};
