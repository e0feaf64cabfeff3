import type { Gap, Range } from '@typed-queue/contracts';
import type { Frame, Outcome } from '@typed-queue/contracts/wire';
import type { KnownEvents } from './known-events.js';

/** Which member asks for messages of a group, and for how many. */
export interface Claim {
  /** Identifies the holder over reconnects. */
  readonly member: string;
  /** The members that have room at the moment: they share the ordering keys that nobody holds. Default: only this one. */
  readonly members?: readonly string[];
  /** How many handlers the member runs at once. Default: unknown, it may have begun all that it holds. */
  readonly concurrency?: number | undefined;
  /** The events that the member can handle: it gets no others. Default: all. */
  readonly knows?: KnownEvents | undefined;
  /** The events that at least one member can handle: the group passes over all others. Default: all. */
  readonly known?: KnownEvents | undefined;
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** Messages that one member holds under one lease. */
export interface Claimed {
  readonly token: number;
  /** None when the group only moved past gaps, or past messages that it does not want. */
  readonly frames: readonly Frame[];
  /** Messages at a later attempt than the first. */
  readonly attempts: readonly (readonly [from: number, to: number, attempt: number])[];
  /** Gaps that the claim reached: the group has moved past them. */
  readonly gaps: readonly Gap[];
  /**
   * The lease is being stored: resolves to whether the messages may leave, and never rejects. Undefined: they may at once.
   */
  readonly mayLeave?: Promise<boolean> | undefined;
}

/** A lease that a member holds, and how many messages under it. */
export interface HeldLease {
  readonly token: number;
  readonly messages: number;
}

/** `for others`: something is ready, but not for this member. */
export type ClaimResult = Claimed | 'nothing' | 'for others';

/** An outcome for messages under one lease. */
export interface Settle {
  readonly member: string;
  readonly token: number;
  readonly outcome: Outcome;
  /** Default: everything unsettled under the token. */
  readonly ranges?: readonly Range[] | undefined;
  /** How many ranges are listed as refused at most. Default: all. */
  readonly maxRefused?: number | undefined;
  /**
   * Whether the outcome may wait some milliseconds, to become durable together with others, as long as the group can be
   * granted more. Default: false.
   */
  readonly mayWait?: boolean;
}

/** Leased messages that were returned to the group. */
export interface Returned {
  readonly member: string;
  readonly token: number;
  readonly ranges: readonly Range[];
  /** The lease ended without a sign of life of the member. Default: they were returned for another reason. */
  readonly leaseEnded?: boolean;
}

/** The result of a settle: for messages that the member no longer holds it is refused, for all others accepted. */
export interface SettleResult {
  /** Resolves when final outcomes are as durable as the log. */
  readonly durable: Promise<void>;
  /** Whether the member holds a lease under the token at all. */
  readonly held: boolean;
  readonly accepted: readonly Range[];
  readonly refused: readonly Range[];
  /** Later messages of the ordering keys of released ones: returned as well, uncounted. */
  readonly returned: readonly Returned[];
}

/**
 * How the connection of a member ended.
 * `lost`     its leases end early, after a grace period for its return.
 * `silent`   the client did not answer, and may go on with what it holds: its leases end when they end.
 * `cut-off`  by a server, or between two: the member may go on with what it holds. Its leases end when they end, and count no
 *            failure.
 */
export type ConnectionEnd = 'lost' | 'silent' | 'cut-off';
