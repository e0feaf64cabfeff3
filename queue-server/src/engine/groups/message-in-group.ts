import { toWallTime, type Clocks } from '../clocks.js';
import { attemptOf, isReady } from '../group/message-state.js';
import type { GroupMessage } from '../group-message.js';
import type { GroupEntry } from './group-entry.js';

/** What became of a message in a group. */
export const messageOf = ({ state, redriven }: GroupEntry, seq: number, clocks: Clocks): GroupMessage => {
  const message = state.stateOf(seq);
  const pending = { attempt: attemptOf(message), redriven: redriven.has(seq) };
  switch (message.kind) {
    case 'settled':
    case 'dead':
      return { kind: message.kind };
    case 'leased':
      return { kind: 'leased', token: message.token, member: state.holderOf(message.token), ...pending };
    case 'blocked':
      return { kind: 'blocked', by: state.isAwaited(seq) ? 'event' : 'ordering-key', ...pending };
    case 'scheduled':
      if (isReady(message, clocks.now())) return { kind: 'ready', ...pending };
      return { kind: 'scheduled', dueAt: toWallTime(message.dueAt, clocks), ...pending };
    case 'ready':
      return { kind: 'ready', ...pending };
    default:
      return message satisfies never;
  }
};
