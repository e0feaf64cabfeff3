import { createHash } from 'node:crypto';
import type { Contract, Start } from '@typed-queue/contracts';
import { isEverything, type Selection } from './filter.js';

/** Where the events come from. */
export type Source =
  /** A durable group: what was published while no logger was there comes when one is. */
  | { readonly kind: 'group'; readonly group: string; readonly lasting: 'always' | 'retention' }
  /** The log itself, from a place on; the server keeps nothing. Without `follow` it ends when it is live. */
  | { readonly kind: 'replay'; readonly from: Start; readonly follow: boolean };

/** All loggers of everything share it: each event is printed by one of them. */
const GROUP = 'logger';
/** What a server takes as the name of a group. */
const MAX_NAME_LENGTH = 128;

/**
 * Says what is selected; a digest where that would be too long, or might mean several selections: names of events may
 * have dots.
 */
const nameOf = (selection: Selection): string => {
  const parts = selection.map(({ queue, events = [] }) => [queue, ...events].join('.'));
  const name = [GROUP, ...parts].join(':');
  const ambiguous = selection.some(({ events = [] }) => events.some((event) => event.includes('.')));
  if (!ambiguous && name.length <= MAX_NAME_LENGTH) return name;
  const chosen = selection.map(({ queue, events = [] }) => [queue, ...events]);
  return `${GROUP}:${createHash('sha256').update(JSON.stringify(chosen)).digest('hex').slice(0, 32)}`;
};

/**
 * The group that loggers of the same selection share. Each selection has its own (`logger:files.error:database`):
 * members of one group share its events, and those of a filtered logger must not be missed by one that prints all.
 */
export const groupOf = (contract: Contract, selection: Selection): Source =>
  isEverything(contract, selection)
    ? { kind: 'group', group: GROUP, lasting: 'always' }
    : { kind: 'group', group: nameOf(selection), lasting: 'retention' };
