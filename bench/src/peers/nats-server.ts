import { connect, type NatsConnection } from '@nats-io/transport-node';
import { libraryVersion } from './library-version.js';
import { printedVersion, startBroker } from './broker-process.js';
import type { Broker, Site } from './peer.js';

/** @param args beside those that say where it runs */
export const startNats = ({ folder, port }: Site, args: readonly string[]): Promise<Broker> =>
  startBroker({
    command: 'nats-server',
    args: ['-a', '127.0.0.1', '-p', String(port), ...args],
    folder,
    port,
  });

export const natsVersion = async (library: string): Promise<string | undefined> => {
  const version = await printedVersion('nats-server', ['--version'], /[\d.]+/);
  return version && `nats-server ${version}, ${libraryVersion(library)}`;
};

export const connectNats = (port: number): Promise<NatsConnection> =>
  connect({ servers: `127.0.0.1:${port}` });
