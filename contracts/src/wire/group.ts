import type { Contract, Message, QueueName } from '../contract.js';
import type { Range, Reset, Start } from '../position.js';
import type { ServedContract } from './handshake.js';

/** How a group treats its messages. Kept with the group; what is left out stays at its default. */
export interface GroupSettings {
  /** Only these events; the group is done with all others at once. Default: all. */
  readonly events?: readonly string[];
  /** After so many failures a message goes to the dead letters. Default 6. */
  readonly maxAttempts?: number;
  /** How long a message waits after its first, second … failure; the last repeats. Default 1 s, 5 s, 30 s, 2 min, 10 min. */
  readonly retryDelaysMs?: readonly number[];
  /** The group is deleted when it had no member for so long, in which members could have come back. Default: never. */
  readonly expireAfterMs?: number;
}

/** How much may be on its way to a consumer or unsettled there. Defaults: 1,000 messages, 4 MiB. */
export interface WindowRequest {
  readonly messages?: number;
  readonly bytes?: number;
}

/** Asks to become a member of a group. */
export interface SubscribeRequest<Q extends string> {
  /** The client's name for this subscription; it stands in every grant and settle. */
  readonly subscription: string;
  readonly queue: Q;
  readonly group: string;
  /** Where a group that does not exist yet begins. Default `start`. */
  readonly start?: Start;
  /** Replaces the group's settings. Default: they stay as they are. Refused with `group_conflict` while others differ. */
  readonly settings?: GroupSettings;
  /** `frame` asks for binary grants. Default `json`. */
  readonly form?: 'json' | 'frame';
  /** How much may be unsettled at this member. */
  readonly window?: WindowRequest;
  /**
   * How many handlers this member runs at once. When it is lost, so many of its messages count a failure at most; and
   * the window follows what it settles. Default: it may have begun all that it holds, and the window is fixed.
   */
  readonly concurrency?: number;
  /** The events that this member can handle: it is handed no others. Default: all. */
  readonly knows?: readonly string[];
  /** After a reconnect: the leases that this member still works under. All others of it are released. */
  readonly tokens?: readonly number[];
  /** After a reconnect: what the last answer said of the group, so that this member is told if it is another now. */
  readonly known?: KnownGroup;
}

/** What a member knows of its group. */
export interface KnownGroup {
  readonly life: string;
  readonly floor: number;
}

export interface Subscribed {
  readonly epoch: string;
  /** Everything below this seq is settled. */
  readonly floor: number;
  /** A UUID, made with the group: one that was deleted and made again, or began anew with another log, has another. */
  readonly life: string;
  readonly leaseMs: number;
  /** Which of the request's tokens still hold. */
  readonly tokens: readonly number[];
  readonly contract: ServedContract;
  /** The group's position was meant for another log and it began anew; or it is another group than `known`. */
  readonly reset?: Reset;
}

/** Messages handed to one member under one lease, in the plain JSON form. */
export interface Grant<C extends Contract, Q extends QueueName<C>> {
  readonly subscription: string;
  readonly token: number;
  readonly leaseMs: number;
  readonly messages: readonly (Message<C, Q> & { readonly attempt: number })[];
}

/** What stands beside the bytes of a binary grant: one or more frames, back to back. */
export interface GrantHeader {
  readonly subscription: string;
  readonly token: number;
  readonly leaseMs: number;
  /** Messages that were handed out and failed before, with their attempt; all others are at attempt 1. */
  readonly attempts: readonly (readonly [from: number, to: number, attempt: number])[];
}

/** Settled. With `lease_lost` the error's `details.lost` names the ranges; all others took effect. */
export interface LostLease {
  readonly token: number;
  readonly ranges: readonly Range[];
}

/** Messages that were handed out and are taken back: whoever has begun one must not go on. */
export interface Revocation extends LostLease {
  readonly subscription: string;
}
