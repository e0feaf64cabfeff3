import { newId } from '@typed-queue/contracts';
import { letterId } from '../groups/dead-letters.js';
import type { GroupRecord } from '../groups/group-records.js';
import { letterOf, type StoredLetter } from './dead-letter-records.js';
import { leastBootAt } from './least-boot.js';

/** The epoch that a queue has now, in place of one that it had; undefined for any other. */
export type NewEpochOf = (queue: string, epoch: string) => string | undefined;

/** A dead letter of a queue that has a new epoch: it keeps its position. */
export const renewedLetter = (
  stored: StoredLetter,
  renew: (epoch: string) => string | undefined,
): StoredLetter => {
  const { position: _, ...letter } = letterOf(0, stored.text);
  const epoch = renew(letter.epoch);
  if (epoch === undefined) return stored;
  const changed = { ...letter, epoch };
  return { ...stored, id: letterId(changed), text: JSON.stringify(changed) };
};

/** A group record where queues have new epochs: groups keep their states. */
export const renewedRecord = (
  record: GroupRecord,
  newEpochOf: NewEpochOf,
  wallNow: () => number,
): GroupRecord => {
  // The server may have started again since the state that was restored: the tokens of those starts must not be given out again.
  if (record.kind === 'snapshot') return { ...record, boot: Math.max(record.boot, leastBootAt(wallNow())) };
  if (record.kind !== 'group') return record;
  const epoch = newEpochOf(record.queue, record.epoch);
  // Its members get a reset, since they know another life.
  return epoch === undefined ? record : { ...record, epoch, life: newId() };
};
