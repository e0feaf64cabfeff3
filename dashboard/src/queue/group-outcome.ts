import type { MessageInGroup } from '@typed-queue/contracts';
import { match } from 'ts-pattern';
import { agoText, durationText, momentText } from '../text/time.js';

/** What a group made of a message, in words; `state` has the colour of a badge. */
export interface GroupOutcome {
  readonly name: string;
  readonly state: 'ready' | 'flight' | 'done' | 'dead';
  readonly text: string;
}

const WAITS = {
  'ordering-key': 'for an earlier message of its ordering key',
  event: 'for a member that knows its event',
  member: 'for a member that is free',
} as const;

export const groupOutcome = (report: MessageInGroup, now: number): GroupOutcome =>
  match<MessageInGroup, GroupOutcome>(report)
    .with({ kind: 'settled' }, () => ({
      name: 'settled',
      state: 'done',
      text: 'Acked, or published before the group began.',
    }))
    .with({ kind: 'waiting' }, (waiting) => ({
      name: 'waiting',
      state: 'ready',
      text: `${WAITS[waiting.for ?? 'member']}, attempt ${waiting.attempt}`,
    }))
    .with({ kind: 'leased' }, ({ attempt, client, subscription, sinceMs }) => ({
      name: 'in flight',
      state: 'flight',
      text: `${client}/${subscription} has it${sinceMs === null ? '' : ` for ${durationText(sinceMs)}`}, attempt ${attempt}`,
    }))
    .with({ kind: 'retrying' }, ({ attempt, at }) => ({
      name: 'retrying',
      state: 'flight',
      text: `attempt ${attempt} ${at > now ? `in ${durationText(at - now)}` : agoText(at, now)}, ${momentText(at)}`,
    }))
    .with({ kind: 'dead' }, ({ position }) => ({
      name: 'dead',
      state: 'dead',
      text: position === null ? 'Its dead letter is being stored.' : `Dead letter ${position}.`,
    }))
    .with({ kind: 'passed-over' }, () => ({
      name: 'passed over',
      state: 'flight',
      text: 'No member knows its event. Seek the group to bring it back.',
    }))
    .with({ kind: 'gone' }, () => ({
      name: 'gone',
      state: 'dead',
      text: 'The log lost it before the group settled it.',
    }))
    .exhaustive();
