import type { Start } from '@typed-queue/contracts';
import { isEverything, type Selection } from './filter.js';

/** Where the events come from. */
export type Source =
  /** A durable group: what was published while no logger was there comes when one is. */
  | { readonly kind: 'group'; readonly group: string; readonly lasting: 'always' | 'retention' }
  /** The log itself, from a place on; the server keeps nothing. Without `follow` it ends when it is live. */
  | { readonly kind: 'replay'; readonly from: Start; readonly follow: boolean };

/** All loggers of everything share it: each event is printed by one of them. */
const GROUP = 'logger';

/**
 * The group that loggers of the same selection share. Each selection has its own (`logger:files.error:database`):
 * members of one group share its events, and those of a filtered logger must not be missed by one that prints all.
 */
export const groupOf = (selection: Selection): Source => {
  if (isEverything(selection)) return { kind: 'group', group: GROUP, lasting: 'always' };
  const parts = selection.map(({ queue, events = [] }) => [queue, ...events].join('.'));
  return { kind: 'group', group: [GROUP, ...parts].join(':'), lasting: 'retention' };
};
