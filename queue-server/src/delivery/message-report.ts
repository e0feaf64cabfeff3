import type { AnyMessage, MessageInGroup } from '@typed-queue/contracts';
import { readMessages } from '@typed-queue/contracts/wire';
import type { QueueHandle } from '../engine/engine.js';
import type { GroupInfo } from '../engine/group-info.js';
import type { GroupMessage } from '../engine/group-message.js';
import { memberNames } from '../engine/group/member-id.js';
import { knowsEvent } from '../engine/known-events.js';
import { LOOKUP } from '../engine/log/scan.js';
import type { Member } from './member.js';

/** The message at a seq; null: the log has none, or no longer. */
export const readMessage = async (
  stored: Pick<QueueHandle, 'read'>,
  queue: string,
  seq: number,
): Promise<AnyMessage | null> => {
  for (const item of await stored.read(seq, LOOKUP)) {
    if (item.kind !== 'frame') continue;
    const { frame } = item;
    const index = seq - frame.firstSeq;
    if (index >= 0 && index < frame.count) return readMessages(frame, queue, index, index + 1)[0] ?? null;
  }
  return null;
};

/** Where the dead letters of a message are, by group, as far as they are found at once. */
export const lettersOf = async (
  stored: Pick<QueueHandle, 'head' | 'deadLetters'>,
  seq: number,
): Promise<ReadonlyMap<string, number>> => {
  const { deadLetters } = stored;
  if (deadLetters.status().letters === 0) return new Map();
  const { epoch } = stored.head();
  const { letters } = await deadLetters.list({ seq, limit: 1_000 });
  return new Map(
    letters.filter((each) => each.epoch === epoch).map(({ group, position }) => [group, position]),
  );
};

interface Known {
  /** Null: the log has lost it. */
  readonly message: AnyMessage | null;
  /** The position of its dead letter. */
  readonly letter: number | undefined;
  readonly members: readonly Member[];
}

/** What a group made of a message, as it is shown. */
export const inGroup = (info: GroupInfo, state: GroupMessage, known: Known): MessageInGroup => {
  const { group } = info;
  switch (state.kind) {
    case 'settled':
      return settledIn(info, known);
    case 'dead':
      return { group, kind: 'dead', position: null };
    case 'leased':
      return { group, ...leasedBy(state, known.members) };
    case 'scheduled':
      return { group, kind: 'retrying', attempt: state.attempt, at: state.dueAt };
    case 'ready':
      if (known.message === null && !state.redriven) return { group, kind: 'gone' };
      return { group, kind: 'waiting', attempt: state.attempt };
    case 'blocked':
      return { group, kind: 'waiting', attempt: state.attempt, for: state.by };
    default:
      return state satisfies never;
  }
};

const settledIn = ({ group, settings, passedOver, knows }: GroupInfo, known: Known): MessageInGroup => {
  const { message, letter } = known;
  if (letter !== undefined) return { group, kind: 'dead', position: letter };
  if (message === null) return { group, kind: 'settled' };
  const { event, seq } = message;
  const isUnwanted = settings.events?.includes(event) === false;
  const passed = passedOver.find((each) => each.event === event);
  const isUnknown =
    passed !== undefined && seq >= passed.firstSeq && knows !== undefined && !knowsEvent(knows, event);
  return { group, kind: isUnwanted || isUnknown ? 'passed-over' : 'settled' };
};

const leasedBy = (
  { token, member, attempt }: GroupMessage & { kind: 'leased' },
  members: readonly Member[],
) => {
  const heldMs = members.find(({ name }) => name === member)?.heldMs(token);
  const sinceMs = heldMs === undefined ? null : Math.round(heldMs);
  return { kind: 'leased', attempt, ...memberNames(member), sinceMs } as const;
};
