import type { GroupSettings, PassedOver, Reset, Start } from '@typed-queue/contracts';

import type { KnownEvents } from './known-events.js';

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

/** The state of a group. */
export interface GroupInfo {
  readonly group: string;
  /** Made with the group: one that was deleted and made again has another, and so has one that was reset. */
  readonly life: string;
  /** The first seq that is not settled. */
  readonly floor: number;
  /** The first seq that was never claimed. */
  readonly cursor: number;
  /** How many messages below the cursor are not settled. */
  readonly unsettled: number;
  readonly paused: boolean;
  readonly stalled: boolean;
  readonly deadLetters: number;
  /** The events that no member knew. */
  readonly passedOver: readonly PassedOver[];
  /** The events that at least one member knew when the last one joined. Undefined: nobody joined. */
  readonly knows: KnownEvents | undefined;
  readonly settings: GroupSettings;
}

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

const textOf = ({ events, maxAttempts, retryDelaysMs, expireAfterMs }: GroupSettings): string =>
  JSON.stringify([events && [...events].sort(), maxAttempts, retryDelaysMs, expireAfterMs]);
