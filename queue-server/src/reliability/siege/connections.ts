import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { ATTACKER, type Target } from '../server-process.js';
import { outcomeOf, type Attack, type Log } from './attack.js';
import { largeFrame } from './large-messages.js';
import { RawPeer } from './raw-peer.js';

const IDLE = 3_000;
const HALF_REQUESTS = 2_000;
const POLLS = 2_000;
const AT_ONCE = 50;
/** More than a segment of the journal, in frames of 4 MB: a new file is opened during the attack. */
const FRAMES = 20;
const FOREIGN = 'http://evil.example';

/** Opens bare connections, as many as there may be. */
const openSockets = async ({ port }: Target, count: number, log: Log): Promise<Socket[]> => {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: AT_ONCE }, () => {
      const socket = connect({ host: '127.0.0.1', port, localAddress: ATTACKER });
      socket.on('error', () => undefined).resume();
      return socket;
    });
    await Promise.all(
      batch.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => 0)),
    );
    sockets.push(...batch);
  }
  log.count('connections', sockets.length);
  return sockets;
};

const closeSockets = (sockets: readonly Socket[], log: Log): void => {
  log.count('closed by the server', sockets.filter(({ closed, destroyed }) => closed || destroyed).length);
  for (const socket of sockets) socket.destroy();
};

const idle: Attack = {
  name: 'idle',
  run: async (target, log) => {
    const publisher = await RawPeer.admitted(target);
    const sockets = await openSockets(target, IDLE, log);
    for (let sent = 0; sent < FRAMES; sent++) {
      const outcome = outcomeOf(await publisher.publishFrame('files', largeFrame()));
      log.count(`frames ${outcome}`);
      if (outcome !== 'granted') log.violation(`a frame was ${outcome} while connections were idle`);
    }
    closeSockets(sockets, log);
    publisher.close();
  },
};

const halfRequests: Attack = {
  name: 'half-requests',
  run: async (target, log) => {
    const sockets = await openSockets(target, HALF_REQUESTS, log);
    for (const socket of sockets)
      socket.write('GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n');
    for (let lines = 0; lines < 8; lines++) {
      await setTimeout(1_000);
      for (const socket of sockets) if (socket.writable) socket.write(`X-Line-${lines}: 1\r\n`);
    }
    closeSockets(sockets, log);
  },
};

/** The status of a handshake by polling. */
const poll = ({ port }: Target, headers: Readonly<Record<string, string>>): Promise<string> =>
  new Promise((resolve) => {
    const path = '/socket.io/?EIO=4&transport=polling';
    const options = { host: '127.0.0.1', port, path, headers, localAddress: ATTACKER, agent: false };
    request(options, (response) => {
      response.resume();
      resolve(`HTTP ${response.statusCode ?? 0}`);
    })
      .on('error', () => resolve('connection closed'))
      .end();
  });

const polling: Attack = {
  name: 'polling',
  run: async (target, log) => {
    for (let sent = 0; sent < POLLS; sent += AT_ONCE) {
      const headers = sent % (2 * AT_ONCE) === 0 ? { origin: FOREIGN } : {};
      const statuses = await Promise.all(Array.from({ length: AT_ONCE }, () => poll(target, headers)));
      for (const status of statuses) log.count(status);
      if (statuses.includes('HTTP 200')) log.violation('a handshake by polling was accepted');
    }
    const peer = await RawPeer.open(target, { origin: FOREIGN });
    if (peer.isOpen) log.violation('a websocket of a foreign origin was accepted');
    peer.close();
  },
};

/** What takes connections and descriptors. */
export const connections: readonly Attack[] = [idle, halfRequests, polling];
