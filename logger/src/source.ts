import { createHash } from 'node:crypto';
import type { Contract, Start } from '@typed-queue/contracts';
import { isEverything, type Selection } from './filter.js';

/** Where the events come from. */
export type Source =
  /** A durable group: what is published while no logger runs is printed by the next one. */
  | { readonly kind: 'group'; readonly group: string; readonly lasting: 'always' | 'retention' }
  /** A tail of the log; the server keeps no position. Without `follow` it ends when it is live. */
  | { readonly kind: 'replay'; readonly from: Start; readonly follow: boolean };

/** All loggers of everything share it: each event is printed by one of them. */
const GROUP = 'logger';
const MAX_NAME_LENGTH = 128;

/** The selection, or a digest of it where that would be too long or ambiguous: event names may have dots. */
const nameOf = (selection: Selection): string => {
  const queues = selection.map(({ queue, events = [] }) => [queue, ...events].join('.'));
  const name = [GROUP, ...queues].join(':');
  const ambiguous = selection.some(({ events = [] }) => events.some((event) => event.includes('.')));
  if (!ambiguous && name.length <= MAX_NAME_LENGTH) return name;
  const chosen = selection.map(({ queue, events = [] }) => [queue, ...events]);
  return `${GROUP}:${createHash('sha256').update(JSON.stringify(chosen)).digest('hex').slice(0, 32)}`;
};

/**
 * The group that loggers of the same selection share (`logger:files.error:database`): members of one group share its
 * events, so that a filtered logger in the group of another would take events from it.
 */
export const groupOf = (contract: Contract, selection: Selection): Source =>
  isEverything(contract, selection)
    ? { kind: 'group', group: GROUP, lasting: 'always' }
    : { kind: 'group', group: nameOf(selection), lasting: 'retention' };
