import { connect, type NatsConnection } from '@nats-io/transport-node';
import { libraryVersion } from './library-version.js';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, printedVersion, startBroker } from './broker-process.js';
import type { Broker, Site } from './peer.js';

/** @param args beside those that say where it runs */
export const startNats = ({ folder, port }: Site, args: readonly string[]): Promise<Broker> =>
  startBroker({
    command: 'nats-server',
    args: ['-a', '127.0.0.1', '-p', String(port), ...args],
    folder,
    port,
  });

/** Three nats-servers that are one cluster, the first at the port of the site, with JetStream in its folder. */
export const startNatsCluster = async (
  site: Site,
): Promise<Broker & { readonly ports: readonly number[] }> => {
  const [ports, routes] = await Promise.all([
    Promise.all([freePort(), freePort()]).then((others) => [site.port, ...others]),
    Promise.all([freePort(), freePort(), freePort()]),
  ]);
  const urls = routes.map((port) => `nats://127.0.0.1:${port}`);
  const nodes = await Promise.all(
    ports.map(async (port, index) => {
      const folder = join(site.folder, `node-${index}`);
      await mkdir(folder);
      const route = ['--cluster_name', 'bench', '--cluster', urls[index] ?? '', '--routes', urls.join(',')];
      return startNats({ ...site, folder, port }, ['-js', '-sd', folder, '-n', `n${index}`, ...route]);
    }),
  );
  await hasLeader(site.port);
  return {
    ports,
    pids: nodes.flatMap(({ pids }) => pids),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
};

/** Until one is elected JetStream answers with errors. */
const hasLeader = async (port: number): Promise<void> => {
  const nats = await connectNats(port);
  while (!(await answersJetStream(nats))) await sleep(50);
  await nats.close();
};

const answersJetStream = (nats: NatsConnection): Promise<boolean> =>
  nats.request('$JS.API.STREAM.NAMES').then(
    (answer) => !answer.string().includes('"error"'),
    () => false,
  );

export const natsVersion = async (library: string): Promise<string | undefined> => {
  const version = await printedVersion('nats-server', ['--version'], /[\d.]+/);
  return version && `nats-server ${version}, ${libraryVersion(library)}`;
};

export const connectNats = (port: number): Promise<NatsConnection> =>
  connect({ servers: `127.0.0.1:${port}` });
