import type { ErrorCode } from '../errors.js';
import type { Retention } from '../queue.js';
import type { Durability } from '../receipt.js';

/** The order of the queues of an overview: by name, or those with the most of something first. */
export type OverviewOrder = 'name' | 'depth' | 'published' | 'settled' | 'deadLetters' | 'bytes' | 'messages';

/** A page of the queues of an overview. */
export interface OverviewQuery {
  /** Only queues that come after this one in the order. */
  readonly after?: string | undefined;
  /** Default 50, at most 100. */
  readonly limit?: number | undefined;
  /**
   * Only queues whose names contain this text, in any case. By name, the queue of exactly this name comes first, then those
   * whose names begin with it.
   */
  readonly search?: string | undefined;
  /** Default `name`. */
  readonly order?: OverviewOrder | undefined;
}

/** Messages a second, over the last 10 seconds that were measured. */
export interface Rates {
  readonly published: number;
  /** Acked or dead-lettered by groups. */
  readonly settled: number;
}

/** What a principal may do with a queue. */
export interface OwnRights {
  /** At least one of its events. */
  readonly publish: boolean;
  /** By at least one group. */
  readonly consume: boolean;
  readonly tail: boolean;
  readonly admin: boolean;
}

/** Why the server that has a queue cannot be asked, where several servers each have some of the queues. */
export interface Unreachable {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * A queue at a glance. Without the right to administer it, groups, members, depth and age are those of the groups that
 * the principal may see, and dead letters, tails and differing clients count 0.
 */
export interface QueueOverview {
  readonly queue: string;
  /** Missing: it could be asked. Else its figures are 0: nothing is known of them. */
  readonly unreachable?: Unreachable | undefined;
  readonly rights: OwnRights;
  readonly rates: Rates;
  /** The largest depth of its groups. */
  readonly depth: number;
  /** Milliseconds since the oldest message that one of its groups has not settled was stored; null when there is none. */
  readonly oldestAgeMs: number | null;
  /** How many messages are kept. */
  readonly messages: number;
  /** The size of its log, on disk or in memory. */
  readonly bytes: number;
  /** As its definition says. */
  readonly retention: Retention;
  readonly deadLetters: number;
  readonly groups: number;
  readonly members: number;
  readonly tails: number;
  /** Connected clients that reported that their contract of it differs. */
  readonly differingClients: number;
}

/** The server itself. */
export interface ServerStatus {
  readonly version: string;
  readonly uptimeMs: number;
  /** How safe a published message is. */
  readonly durability: Durability;
  readonly connections: number;
  /** Of all connections, in bytes: what their data takes, and the most it may take. */
  readonly memory: { readonly used: number; readonly budget: number };
}

/** The sums of all queues that the principal has any right to. */
export interface OverviewTotals {
  readonly queues: number;
  readonly groups: number;
  readonly members: number;
  readonly deadLetters: number;
  readonly rates: Rates;
}

interface OfGroup {
  readonly queue: string;
  readonly group: string;
}

interface OfMember extends OfGroup {
  readonly client: string;
  readonly subscription: string;
  /** How many messages it holds. */
  readonly held: number;
}

/** Something that needs attention, worst first. */
export type Finding =
  /** Nothing can be stored. */
  | { readonly kind: 'storage-fault'; readonly code: ErrorCode; readonly queue?: string | undefined }
  /** No server that has it can be asked: nothing else is known of it. */
  | ({ readonly kind: 'unreachable'; readonly queue: string } & Unreachable)
  /** Too much is unsettled: the group gets nothing new. */
  | ({ readonly kind: 'stalled'; readonly depth: number } & OfGroup)
  /** Messages wait, and nobody is there to handle them. */
  | ({ readonly kind: 'no-members'; readonly depth: number } & OfGroup)
  /** Its depth grew from `before` in `overMs`. */
  | ({
      readonly kind: 'falling-behind';
      readonly depth: number;
      readonly before: number;
      readonly overMs: number;
    } & OfGroup)
  /** Its connection is there, but nothing was heard of it for `silentMs`, although it holds messages. */
  | ({ readonly kind: 'silent-member'; readonly silentMs: number } & OfMember)
  /** It holds at least half of its window, the oldest of it for `heldMs`. */
  | ({ readonly kind: 'hoarding-member'; readonly heldMs: number } & OfMember)
  /** Connected clients cannot read all of its messages: their contract differs, by their reports. */
  | { readonly kind: 'contract-clash'; readonly queue: string; readonly clients: number }
  /** New ones of the last hour. */
  | ({ readonly kind: 'dead-letters'; readonly code: string; readonly letters: number } & OfGroup)
  /** Paused by an operator, and messages wait. */
  | ({ readonly kind: 'paused'; readonly depth: number } & OfGroup);

/** All queues and the server at a glance. Rates, depths and findings are at most 10 seconds old. */
export interface Overview {
  /** Null: only who may administer all queues sees it. */
  readonly server: ServerStatus | null;
  readonly totals: OverviewTotals;
  readonly queues: readonly QueueOverview[];
  /** Ask again with this as `after`; null: there are no more. */
  readonly next: string | null;
  /** At most 20. */
  readonly attention: readonly Finding[];
}

export interface HistoryQuery {
  /** Default: the sums of all queues that the principal has any right to. */
  readonly queue?: string | undefined;
}

/** One value for each step, the oldest first; null: the server did not measure then. */
type Series = readonly (number | null)[];

/**
 * What a server measured of queues in the last hour, since its start at most. The series have the same length, at most 360.
 * Without the right to administer a queue, its dead letters count 0.
 */
export interface History {
  /** When the first step ended, in milliseconds since 1970. */
  readonly from: number;
  /** 10,000 milliseconds. */
  readonly stepMs: number;
  /** Messages a second. */
  readonly published: Series;
  readonly settled: Series;
  /** The largest depth of a queue's groups; of several queues the sum. */
  readonly depth: Series;
  readonly deadLetters: Series;
  /** Queues that could not be asked, and are in no sum. Missing: all could. */
  readonly unreachable?: readonly string[] | undefined;
}
