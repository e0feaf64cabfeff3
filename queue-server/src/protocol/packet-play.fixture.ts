import { expect } from '@jest/globals';
import { PacketSocket, type Packet } from './packets.fixture.js';
import type { NameTranslation } from './name-translation.fixture.js';

/** The digits of a packet, and for an event its name: what identifies it among others. */
export const headOf = (packet: Packet): string =>
  typeof packet === 'string' ? (/^(\d+-?\d*)(\["[^"]+")?/.exec(packet)?.[0] ?? '') : 'bytes';

export const jsonOf = (packet: string): unknown => {
  const at = packet.search(/[[{]/);
  return at < 0 ? undefined : JSON.parse(packet.slice(at));
};

const inWordsOf = (names: NameTranslation, packet: string): string => {
  const json = jsonOf(packet);
  const at = packet.search(/[[{]/);
  return at < 0 ? packet : packet.slice(0, at) + JSON.stringify(names.toServer(json));
};

/** A frame's header is stamped by the server; what follows it stays. */
const behindHeader = (bytes: Packet, frame: Buffer): string =>
  Buffer.from(bytes).subarray(frame.readUInt32LE(8)).toString('hex');

/**
 * Plays the client's lines (`C …`) of a recorded connection, and expects the server's (`S …`); `<frame>` is
 * some bytes. The socket is still open then.
 */
export const playPackets = async (
  url: string,
  lines: readonly string[],
  frame: Buffer,
  names: NameTranslation,
): Promise<PacketSocket> => {
  const socket = await PacketSocket.open(url);
  for (const [from, said] of lines.map((line) => [line.slice(0, 1), line.slice(2)] as const)) {
    const packet = said === '<frame>' ? frame : said;
    if (from === 'C') {
      socket.send(typeof packet === 'string' ? inWordsOf(names, packet) : packet);
      continue;
    }
    const heard = await socket.next((each) => headOf(each) === headOf(packet));
    if (typeof packet === 'string' && typeof heard === 'string') {
      expect(names.toDocument(jsonOf(heard), jsonOf(packet))).toEqual(jsonOf(packet));
    } else {
      expect(behindHeader(heard, frame)).toBe(behindHeader(packet, frame));
    }
  }
  return socket;
};
