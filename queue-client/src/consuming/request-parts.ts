import type { Settlement } from '@typed-queue/contracts/wire';

/** Of JSON; each takes at most 3 bytes, and a server takes 8 MiB at once. */
const MAX_CHARACTERS = 2_500_000;
/** A request of at most this many settlements is always below the limit of a server. */
const FEW = 500;

/** Settlements in parts that a server takes: what comes with the failures of a large window may be too much for one. */
export const partsOf = (settlements: readonly Settlement[]): readonly (readonly Settlement[])[] => {
  if (settlements.length === 0) return [];
  if (settlements.length <= FEW) return [settlements];
  const parts: Settlement[][] = [];
  let part: Settlement[] = [];
  let room = 0;
  for (const settlement of settlements) {
    const { length } = JSON.stringify(settlement);
    if (length > room) {
      part = [];
      parts.push(part);
      room = MAX_CHARACTERS;
    }
    part.push(settlement);
    room -= length;
  }
  return parts;
};
