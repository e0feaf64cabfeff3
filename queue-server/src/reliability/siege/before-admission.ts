import { setTimeout } from 'node:timers/promises';
import type { Target } from '../server-process.js';
import type { Attack, Log } from './attack.js';
import { RawPeer } from './raw-peer.js';

const CONNECTIONS = 8;
const MIB = 1024 * 1024;
/** How long what was sent may weigh on the server. */
const HOLD_MS = 2_000;
/** Packets between two looks at what waits to be sent. */
const BURST = 1_000;

/** Connections that show no key, each used in the same way at the same time. */
const strangers = async (target: Target, log: Log, use: (peer: RawPeer) => Promise<void>): Promise<void> => {
  const peers = await Promise.all(Array.from({ length: CONNECTIONS }, () => RawPeer.open(target)));
  await Promise.all(peers.map(use));
  await setTimeout(HOLD_MS);
  log.count('connections', CONNECTIONS);
  log.count('closed by the server', peers.filter(({ isOpen }) => !isOpen).length);
  for (const peer of peers) peer.close();
};

const repeat = async (peer: RawPeer, times: number, send: () => void): Promise<number> => {
  let sent = 0;
  for (; sent < times && peer.isOpen; sent++) {
    send();
    if (sent % BURST === 0) await peer.drained();
  }
  return sent;
};

const attachments: Attack = {
  name: 'attachments',
  run: (target, log) => {
    const attachment = Buffer.alloc(8 * MIB - 16, 1);
    return strangers(target, log, async (peer) => {
      peer.send('4510-["publish:frame","files"]');
      for (let sent = 0; sent < 10 && peer.isOpen; sent++) {
        peer.send(attachment);
        await peer.drained();
        log.count('MiB of attachments', 8);
      }
    });
  },
};

/** What a peer repeats that does not read. */
const unread = (name: string, times: number, send: (peer: RawPeer) => void): Attack => ({
  name,
  run: (target, log) =>
    strangers(target, log, async (peer) => {
      peer.stopReading();
      log.count('packets', await repeat(peer, times, () => send(peer)));
    }),
});

const namespace = `40/${'n'.repeat(MIB / 4)},`;
const pingData = Buffer.alloc(125, 1);

/** What a peer can do that has shown no key. */
export const beforeAdmission: readonly Attack[] = [
  attachments,
  unread('refused-connects', 100_000, (peer) => peer.send('40{"token":"not the key"}')),
  unread('namespaces', 64, (peer) => peer.send(namespace)),
  unread('pings', 100_000, (peer) => peer.ping(pingData)),
  unread('events', 100_000, (peer) => peer.send('421["publish","files",{}]')),
];
