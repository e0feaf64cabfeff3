import type { DeadLetter, ErrorCode, RefusedLetter } from '@typed-queue/contracts';
import type { Head } from '../log/log.js';
import { resetOf, type GroupEntry } from './registry.js';

export interface RedriveTarget {
  readonly queue: string;
  readonly group: string;
  readonly head: Head;
  /** Undefined: the group was deleted. */
  readonly entry: GroupEntry | undefined;
  /** How many more redriven messages the group may have. */
  readonly room: number;
}

type Refusal = readonly [code: ErrorCode, reason: string];

/** Sorts letters of one group by whether they can go back to it. */
export const sortLetters = (
  letters: readonly DeadLetter[],
  target: RedriveTarget,
): { readonly fit: readonly DeadLetter[]; readonly refused: readonly RefusedLetter[] } => {
  const fit: DeadLetter[] = [];
  const refused: RefusedLetter[] = [];
  for (const letter of letters) {
    const refusal = refusalOf(letter, target, fit.length);
    if (refusal === undefined) fit.push(letter);
    else {
      const [code, reason] = refusal;
      refused.push({ position: letter.position, group: letter.group, code, reason });
    }
  }
  return { fit, refused };
};

const refusalOf = (
  { epoch, message }: DeadLetter,
  { queue, group, head, entry, room }: RedriveTarget,
  taken: number,
): Refusal | undefined => {
  if (entry === undefined) return ['group_unknown', `queue "${queue}" has no group "${group}" any more`];
  const { events } = entry.settings;
  if (epoch !== head.epoch || resetOf(entry, head) !== undefined) {
    return ['redrive_refused', 'it is of a former log of the queue: publish its message again instead'];
  }
  if (message === null) {
    return ['redrive_refused', 'the log had lost its message before it was copied: only its history is left'];
  }
  if (events !== undefined && !events.includes(message.event)) {
    return ['redrive_refused', `group "${group}" does not take "${message.event}" any more`];
  }
  if (taken < room) return undefined;
  return [
    'overloaded',
    `group "${group}" has too many redriven messages that are not settled: try again later`,
  ];
};
