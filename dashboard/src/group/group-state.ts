import type { GroupStatus } from '@typed-queue/contracts';

export interface ShownState {
  readonly name: 'paused' | 'stalled' | 'no members' | 'running';
  /** The colour: ready blue, in flight amber, done green, dead red. */
  readonly state: 'ready' | 'flight' | 'done' | 'dead';
}

/** What a group does at the moment, in the words that its pages use. */
export const shownState = ({ paused, stalled, members }: GroupStatus): ShownState => {
  if (paused) return { name: 'paused', state: 'flight' };
  if (stalled) return { name: 'stalled', state: 'dead' };
  return members.length === 0 ? { name: 'no members', state: 'flight' } : { name: 'running', state: 'done' };
};
