import { QueueError, type GroupSettings } from '@typed-queue/contracts';
import { shownMember } from '../engine/group/member-id.js';

interface Held {
  readonly queue: string;
  readonly group: string;
  readonly settings: GroupSettings;
}

/** A member asks for other settings than those that a group has while it has members. */
export const groupConflict = ({ queue, group, settings }: Held, others: readonly string[]): QueueError => {
  const members = others.map(shownMember);
  return new QueueError(
    'group_conflict',
    `Group "${group}" of "${queue}" has ${others.length} other members, under other settings. They hold until those have left.`,
    { details: { queue, group, settings, members } },
  );
};
