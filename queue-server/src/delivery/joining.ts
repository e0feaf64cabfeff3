import type { GroupSettings, Reset, Start } from '@typed-queue/contracts';
import type { KnownGroup } from '@typed-queue/contracts/wire';
import type { GroupHandle } from '../engine/engine.js';
import type { KnownEvents } from '../engine/known-events.js';
import type { Dispatcher } from './dispatcher.js';
import type { Member, Window } from './member.js';

/** The membership of one connection in a group. */
export interface Subscription {
  readonly queue: string;
  readonly group: string;
  readonly handle: GroupHandle;
  readonly member: Member;
  readonly dispatcher: Dispatcher;
}

export interface Joining {
  readonly queue: string;
  readonly group: string;
  /** Where the group begins when it is new. */
  readonly start: Start;
  /** Replaces the settings of the group. Default: no change. */
  readonly settings?: GroupSettings | undefined;
  readonly window: Window;
  /** How many handlers the member runs at once. Default: unknown; it may have begun all that it holds. */
  readonly concurrency?: number | undefined;
  /** The events that the member can handle. Default: all. */
  readonly knows?: KnownEvents | undefined;
  /** Its `memberId`. */
  readonly member: string;
  readonly tokens: readonly number[];
  /** What the member knows of the group since it joined before. */
  readonly known?: KnownGroup | undefined;
}

export interface Joined {
  readonly subscription: Subscription;
  readonly epoch: string;
  readonly floor: number;
  readonly life: string;
  readonly tokens: readonly number[];
  /** The position of the group was of another log, or the member knows a deleted group. */
  readonly reset: Reset | undefined;
}
