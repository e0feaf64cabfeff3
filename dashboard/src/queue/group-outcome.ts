import type { MessageInGroup } from '@typed-queue/contracts';
import { match } from 'ts-pattern';
import { agoText, durationText, momentText } from '../text/time.js';

interface Badge {
  readonly name: string;
  /** Its colour. */
  readonly state: 'ready' | 'flight' | 'done' | 'dead';
}

/** What a group made of a message, in a word. */
export const OUTCOMES: Readonly<Record<MessageInGroup['kind'], Badge>> = {
  settled: { name: 'settled', state: 'done' },
  waiting: { name: 'waiting', state: 'ready' },
  leased: { name: 'in flight', state: 'flight' },
  retrying: { name: 'retrying', state: 'flight' },
  dead: { name: 'dead', state: 'dead' },
  'passed-over': { name: 'passed over', state: 'flight' },
  gone: { name: 'gone', state: 'dead' },
};

const WAITS = {
  'ordering-key': 'for an earlier message of its ordering key',
  event: 'for a member that knows its event',
  member: 'for a member that is free',
} as const;

/** The same in a sentence. */
export const outcomeText = (report: MessageInGroup, now: number): string =>
  match(report)
    .with({ kind: 'settled' }, () => 'Acked, or published before the group began.')
    .with({ kind: 'waiting' }, (waiting) => `${WAITS[waiting.for ?? 'member']}, attempt ${waiting.attempt}`)
    .with({ kind: 'leased' }, ({ attempt, client, subscription, sinceMs }) => {
      const since = sinceMs === null ? '' : ` for ${durationText(sinceMs)}`;
      return `${client}/${subscription} has it${since}, attempt ${attempt}`;
    })
    .with({ kind: 'retrying' }, ({ attempt, at }) => {
      const when = at > now ? `in ${durationText(at - now)}` : agoText(at, now);
      return `attempt ${attempt} ${when}, ${momentText(at)}`;
    })
    .with({ kind: 'dead', position: null }, () => 'Its dead letter is being stored.')
    .with({ kind: 'dead' }, ({ position }) => `Dead letter ${position}.`)
    .with({ kind: 'passed-over' }, () => 'No member knows its event. Seek the group to bring it back.')
    .with({ kind: 'gone' }, () => 'The log lost it before the group settled it.')
    .exhaustive();
