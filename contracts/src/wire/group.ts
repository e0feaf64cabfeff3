import type { Contract, Message, QueueName } from '../contract.js';
import type { Range, Reset, Start } from '../position.js';
import type { ServedContract } from './handshake.js';

/** How a group treats its messages. Kept with the group; what is left out stays at its default. */
export interface GroupSettings {
  /** Only these events; all others count as settled. Default: all. */
  readonly events?: readonly string[] | undefined;
  /** Failures after which a message is dead-lettered. Default 6. */
  readonly maxAttempts?: number | undefined;
  /** How long a message waits after its first, second … failure; the last repeats. Default 1 s, 5 s, 30 s, 2 min, 10 min. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Time without a member after which the group is deleted; it passes only while members could connect. Default: never. */
  readonly expireAfterMs?: number | undefined;
  /** Whether messages with a higher `headers.priority` are handed out first. Default false. */
  readonly priorities?: boolean | undefined;
}

/** How much may be in flight to a consumer or unsettled there. Defaults: 1,000 messages, 4 MiB. */
export interface WindowRequest {
  readonly messages?: number | undefined;
  readonly bytes?: number | undefined;
}

/** Asks to become a member of a group. */
export interface SubscribeRequest<Q extends string> {
  /** The client's name for this subscription, repeated in every grant and settle. */
  readonly subscription: string;
  readonly queue: Q;
  readonly group: string;
  /** Where a group that does not exist yet begins. Default `start`. */
  readonly start?: Start | undefined;
  /** Replaces the group's settings. Default: they stay as they are. Refused with `group_conflict` while others differ. */
  readonly settings?: GroupSettings | undefined;
  /** `frame` asks for binary grants. Default `json`. */
  readonly form?: 'json' | 'frame' | undefined;
  /** How much may be unsettled at this member. */
  readonly window?: WindowRequest | undefined;
  /**
   * How many handlers this member runs at once. When it is lost, at most as many of its messages count a failure; and
   * its window adapts to what it settles. Default: all that it holds may be running, and its window is fixed.
   */
  readonly concurrency?: number | undefined;
  /** The events that this member can handle: it is granted no others. Default: all. */
  readonly knows?: readonly string[] | undefined;
  /** After a reconnect: the leases that this member still holds. Its others are released. */
  readonly tokens?: readonly number[] | undefined;
  /** After a reconnect: what the last answer said of the group; if it is another now, the answer has a `reset`. */
  readonly known?: KnownGroup | undefined;
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
  /** A UUID, made with the group: it is another after the group was deleted and made again, or restarted with another log. */
  readonly life: string;
  readonly leaseMs: number;
  /** Which of the request's tokens still hold. */
  readonly tokens: readonly number[];
  readonly contract: ServedContract;
  /** The group's position was of another log and it restarted; or it is another group than `known`. */
  readonly reset?: Reset;
}

/** Messages granted to one member under one lease, in the plain JSON form. */
export interface Grant<C extends Contract, Q extends QueueName<C>> {
  readonly subscription: string;
  readonly token: number;
  readonly leaseMs: number;
  readonly messages: readonly (Message<C, Q> & { readonly attempt: number })[];
}

/** The header of a binary grant, beside one or more frames back to back. */
export interface GrantHeader {
  readonly subscription: string;
  readonly token: number;
  readonly leaseMs: number;
  /** Messages that failed before, with their attempt; all others are at attempt 1. */
  readonly attempts: readonly (readonly [from: number, to: number, attempt: number])[];
}

/** Settlements that were refused: `details.lost` of the error `lease_lost`. All others took effect. */
export interface LostLease {
  readonly token: number;
  readonly ranges: readonly Range[];
}

/** Messages that are no longer granted: a handler that has begun one must stop. */
export interface Revocation extends LostLease {
  readonly subscription: string;
}
