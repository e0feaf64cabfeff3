import type { MessageOf } from '../message.js';
import type { GroupSettings } from './group.js';
import type { Unreachable } from './overview.js';

/**
 * A queue as an operator sees it. Without the right to administer it, `groups` counts those that the principal may see,
 * and dead letters and tails count 0.
 */
export interface QueueStatus {
  readonly queue: string;
  /** Missing: it could be asked. Else all of the following is empty. */
  readonly unreachable?: Unreachable | undefined;
  readonly epoch: string;
  /** The oldest seq that is kept. */
  readonly firstSeq: number;
  /** The newest durable seq; `firstSeq - 1` when there is none. */
  readonly lastSeq: number;
  /** The size of its log, on disk or in memory. */
  readonly bytes: number;
  readonly deadLetters: DeadLetterStatus;
  readonly groups: number;
  readonly tails: number;
}

/** The dead letters of a queue as an operator sees them. */
export interface DeadLetterStatus {
  readonly letters: number;
  /** Their size, on disk or in memory, beside the log. */
  readonly bytes: number;
  /** How many expired by the bounds of the queue's definition since the server started. */
  readonly expired: number;
}

/** What a purge left. */
export interface Purged {
  /** The oldest seq that is kept. */
  readonly firstSeq: number;
}

/** A page of the groups of a queue. */
export interface GroupQuery {
  /** Only groups whose names sort after this one. */
  readonly after?: string | undefined;
  /** Default and most: 1,000. */
  readonly limit?: number | undefined;
}

/** One member of a group. */
export interface MemberStatus {
  /** The name of its client; others may have the same. */
  readonly client: string;
  readonly subscription: string;
  /** How many messages it holds. */
  readonly unsettled: number;
  /** Its connection is gone; it may come back to its leases. */
  readonly away: boolean;
  /** How much it may hold. */
  readonly window: { readonly messages: number; readonly bytes: number };
  /** How long it has held the oldest of what it holds, in milliseconds; null when it holds nothing. */
  readonly oldestHeldMs: number | null;
  /** Milliseconds since its client was last heard, be it by a pong; null while it is away. */
  readonly silentMs: number | null;
}

/** Messages that a group passed over because no member knew their event. `group:seek` brings them back. */
export interface PassedOver {
  readonly event: string;
  /** The first of them. */
  readonly firstSeq: number;
  readonly count: number;
}

/** A group as an operator sees it. */
export interface GroupStatus<Queue extends string = string> {
  readonly queue: Queue;
  readonly group: string;
  /** Everything below this seq is settled. */
  readonly floor: number;
  /** Messages that are not settled: granted or waiting. */
  readonly depth: number;
  /** How many of them were never granted. */
  readonly lag: number;
  /** Milliseconds since the oldest of them was stored; null when there is none. */
  readonly oldestAgeMs: number | null;
  readonly paused: boolean;
  /** Too much is unsettled: nothing new is delivered until some of it is settled. */
  readonly stalled: boolean;
  readonly deadLetters: number;
  /** Since the group was made or moved by `seek`. */
  readonly passedOver: readonly PassedOver[];
  readonly settings: GroupSettings;
  readonly members: readonly MemberStatus[];
}

/** A page of the groups of a message. */
export interface MessageQuery {
  /** Only groups whose names sort after this one. */
  readonly after?: string | undefined;
  /** Default and most: 100. */
  readonly limit?: number | undefined;
}

/** What a group made of a message, as far as its state says. */
export type MessageInGroup = { readonly group: string } & (
  | /** Done: acked, or before the group began; also when its dead letter was discarded, or is one of very many. */
    { readonly kind: 'settled' }
    /** `for`: an earlier message of its ordering key, or a member that knows its event. Default: a member that is free. */
  | {
      readonly kind: 'waiting';
      readonly attempt: number;
      readonly for?: 'ordering-key' | 'event' | undefined;
    }
  /** A member has it, for `sinceMs`; null where that is unknown. */
  | {
      readonly kind: 'leased';
      readonly attempt: number;
      readonly client: string;
      readonly subscription: string;
      readonly sinceMs: number | null;
    }
  /** It failed. `at`: when it is delivered again, in milliseconds since 1970. */
  | { readonly kind: 'retrying'; readonly attempt: number; readonly at: number }
  /** Given up. `position`: of its dead letter; null while that is being stored. */
  | { readonly kind: 'dead'; readonly position: number | null }
  /** Nobody in the group wants its event. */
  | { readonly kind: 'passed-over' }
  /** The log lost it before the group settled it. */
  | { readonly kind: 'gone' }
);

/** One message of a queue. */
export interface MessageReport<Queue extends string = string> {
  readonly epoch: string;
  readonly seq: number;
  /** Null: the log has no such message, or no longer. */
  readonly message: MessageOf<Queue, string, unknown> | null;
  /** Those that the principal may see, sorted by name. */
  readonly groups: readonly MessageInGroup[];
  /** Ask again with this as `after`; null: there are no more. */
  readonly next: string | null;
}

/** What a start means at the moment. */
export interface SeqAt {
  readonly epoch: string;
  /** The seq that reading begins with. */
  readonly seq: number;
  /** How many seqs there are from it on. */
  readonly messages: number;
}
