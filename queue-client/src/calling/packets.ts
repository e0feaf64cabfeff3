import { MAX_CALLS } from '@typed-queue/contracts/wire';

/** In characters of JSON: a server takes 8 MiB at once, and a character has at most three bytes. */
const MAX_SIZE = 1024 * 1024;

/** Entries in the packets that a server takes. One that is larger has its own. */
export const packetsOf = <T>(entries: Iterable<T>, sizeOf: (entry: T) => number): readonly T[][] => {
  const packets: T[][] = [];
  let packet: T[] | undefined;
  let room = 0;
  for (const entry of entries) {
    room -= sizeOf(entry);
    if (packet === undefined || packet.length === MAX_CALLS || room < 0) {
      packets.push((packet = []));
      room = MAX_SIZE - sizeOf(entry);
    }
    packet.push(entry);
  }
  return packets;
};
