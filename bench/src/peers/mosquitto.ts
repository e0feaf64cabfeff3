import { connect, connectAsync, type MqttClient } from 'mqtt';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bodyOf, parseBody } from '../product.js';
import { printedVersion, startBroker } from './broker-process.js';
import { libraryVersion } from './library-version.js';
import type { Broker, Layout, Peer, Site } from './peer.js';

/** Queues of sessions are not bounded. */
const configurationOf = ({ folder, port }: Site): string => `\
listener ${port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location ${folder}/
max_queued_messages 0
max_inflight_messages 2048
`;

const start = async (site: Site): Promise<Broker> => {
  const file = join(site.folder, 'mosquitto.conf');
  await writeFile(file, configurationOf(site));
  return startBroker({
    command: 'mosquitto',
    // Started by root, it would become a user who may not write here.
    args: ['-c', file],
    folder: site.folder,
    port: site.port,
  });
};

const urlOf = (port: number): string => `mqtt://127.0.0.1:${port}`;

/** A group is a session that lasts; without a name, one that ends with its connection. */
const connectTo = (port: number, session?: string): MqttClient =>
  connect(urlOf(port), session === undefined ? {} : { clientId: session, clean: false });

const sessionOf = (queue: string, group: string): string => `${queue}.${group}`;

const prepare = async (port: number, { queues, groups }: Layout): Promise<void> => {
  for (const queue of queues) {
    for (const group of groups) {
      const client = connectTo(port, sessionOf(queue, group));
      await client.subscribeAsync(queue, { qos: 1 });
      await client.endAsync();
    }
  }
};

export const mosquitto: Peer = {
  name: 'mosquitto',
  title: 'Mosquitto, QoS 1',
  acknowledges: 'received into memory',
  abilities: ['group', 'fan-out', 'live'],
  version: async () => {
    const version = await printedVersion('mosquitto', ['-h'], /(?<=mosquitto version )[\d.]+/);
    return version && `mosquitto ${version}, ${libraryVersion('mqtt')}`;
  },
  start,
  prepare,
  publisher: async ({ port, queue }) => {
    const client = await connectAsync(urlOf(port));
    return {
      publish: (product, acknowledged) => {
        client.publish(queue, bodyOf(product), { qos: 1 }, (error) => {
          if (error) throw error;
          acknowledged();
        });
      },
    };
  },
  subscriber: async ({ port, queue, group }, handle) => {
    const client = connectTo(port, group && sessionOf(queue, group));
    // Before it is connected: what waits in the session comes at once.
    client.on('message', (_topic, body) => handle(parseBody(body.toString())));
    await client.subscribeAsync(queue, { qos: group === undefined ? 0 : 1 });
    return { close: () => client.endAsync() };
  },
};
