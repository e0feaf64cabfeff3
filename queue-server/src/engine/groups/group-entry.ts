import type { GroupSettings, PassedOver, Range, Reset } from '@typed-queue/contracts';
import type { Group } from '../group/group.js';
import type { LeaseHolder } from '../group/leases.js';
import type { Head } from '../log/log.js';
import type { RedrivenLetter, StoredGroup } from './group-records.js';

/** A group and all that is known of it. */
export interface GroupEntry {
  /** Of the log that its seqs belong to. */
  readonly epoch: string;
  readonly life: string;
  readonly state: Group;
  /** Redriven messages whose dead letters are still stored, with the positions of those. */
  readonly redriven: Map<number, readonly number[]>;
  /** Those of them whose letters were edited; others may be among them that are no longer redriven. */
  readonly edited: Set<number>;
  settings: GroupSettings;
  paused: boolean;
  knows: StoredGroup['knows'];
  /** By event. */
  readonly passedOver: Map<string, PassedOver>;
  /** Reported to its members as a gap: see `StoredGroup`. */
  readonly unknown: Range | undefined;
  /** By token, while records are applied: whose leases are. */
  readonly leaseHolders: Map<number, LeaseHolder>;
}

/** Whether a group's seqs belong to another epoch of the log than the present one. */
export const resetOf = ({ epoch, state }: GroupEntry, head: Head): Reset | undefined =>
  epoch === head.epoch ? undefined : { reason: 'reset', from: state.floor, epoch: head.epoch };

/** The members that have leases. */
export const holdersIn = ({ state }: GroupEntry, now: number): readonly string[] => [
  ...new Set(state.leases.filter(({ deadline }) => deadline > now).map(({ member }) => member)),
];

/** Makes letters pending messages of a group. */
export const redrive = (
  { state, redriven, edited }: GroupEntry,
  letters: readonly RedrivenLetter[],
): void => {
  for (const seq of edited) if (!redriven.has(seq)) edited.delete(seq);
  for (const { seq, position, failures, edited: isEdited } of letters) {
    state.redrive(seq, failures);
    redriven.set(seq, [...(redriven.get(seq) ?? []), position]);
    if (isEdited === true) edited.add(seq);
    else edited.delete(seq);
  }
};
