import { createHash } from 'node:crypto';

const WEIGHT_BYTES = 6;

/**
 * Which member a queue belongs to, by rendezvous hashing: when one comes or goes, no queue moves between the others.
 * Undefined: there are none.
 */
export const ownerOf = (queue: string, members: readonly string[]): string | undefined => {
  let owner: string | undefined;
  let most = -1;
  for (const member of members) {
    const weight = weightOf(queue, member);
    if (weight < most || (weight === most && member > (owner ?? ''))) continue;
    owner = member;
    most = weight;
  }
  return owner;
};

const weightOf = (queue: string, member: string): number =>
  createHash('sha256')
    .update(JSON.stringify([queue, member]))
    .digest()
    .readUIntBE(0, WEIGHT_BYTES);
