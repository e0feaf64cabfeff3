import type { GroupSettings, PassedOver, Reset, Start } from '@typed-queue/contracts';

import type { KnownEvents } from './known-events.js';
import type { Head } from './log/log.js';

/** How to open a group. */
export interface GroupOpening {
  /** Where it begins when it is new. */
  readonly start: Start;
  /** Replaces its settings. Default: they stay as they are. */
  readonly settings?: GroupSettings | undefined;
  /** The events that at least one member knows: kept, so that it is known after a restart. Default: stays as it is. */
  readonly knows?: KnownEvents | undefined;
}

/** Some groups of a queue, by their names. */
export interface GroupPage {
  /** Only groups whose names sort after this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** How far a group is. */
export interface GroupPosition {
  readonly group: string;
  /** The first seq that is not settled. */
  readonly floor: number;
  /** Nothing from this seq on was ever claimed. */
  readonly cursor: number;
  /** How many messages below the cursor are not settled. */
  readonly unsettled: number;
  /** How many of them were never claimed, since others with a higher priority were claimed before. */
  readonly overtaken: number;
  readonly paused: boolean;
  readonly stalled: boolean;
}

/** The state of a group. */
export interface GroupInfo extends GroupPosition {
  /** Made with the group: one that was deleted and made again has another, and so has one that was reset. */
  readonly life: string;
  readonly deadLetters: number;
  /** The members that have leases, whether they are connected or may come back. */
  readonly holders: readonly string[];
  /** The events that no member knew. */
  readonly passedOver: readonly PassedOver[];
  /** The events that at least one member knew when the last one joined. Undefined: nobody joined. */
  readonly knows: KnownEvents | undefined;
  readonly settings: GroupSettings;
}

/** How many messages of a group are not settled, and how many of them were never claimed. */
export const depthOf = (
  { cursor, unsettled, overtaken }: Pick<GroupPosition, 'cursor' | 'unsettled' | 'overtaken'>,
  { lastSeq }: Pick<Head, 'lastSeq'>,
): { readonly depth: number; readonly lag: number } => {
  const ahead = Math.max(0, lastSeq - cursor + 1);
  return { depth: unsettled + ahead, lag: overtaken + ahead };
};

export interface OpenedGroup extends GroupInfo {
  /** Its position was of another log: it was reset. */
  readonly reset: Reset | undefined;
}

/** The names that a page asks for, sorted; without a page all of them, as they are. */
export const pageOf = (names: readonly string[], page: GroupPage | undefined): readonly string[] => {
  if (page === undefined) return names;
  const { after = '', limit } = page;
  return names
    .filter((name) => name > after)
    .sort()
    .slice(0, limit);
};

export const sameSettings = (one: GroupSettings, other: GroupSettings): boolean =>
  textOf(one) === textOf(other);

const textOf = ({
  events,
  maxAttempts,
  retryDelaysMs,
  expireAfterMs,
  priorities = false,
}: GroupSettings): string =>
  JSON.stringify([events && [...events].sort(), maxAttempts, retryDelaysMs, expireAfterMs, priorities]);
