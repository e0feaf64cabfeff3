import type { ErrorCode } from '../errors.js';
import type { MessageOf } from '../message.js';
import type { Range } from '../position.js';
import type { GroupSettings } from './group.js';

/**
 * A queue as an operator sees it. Without the right to administer it, `groups` counts those that the principal may see,
 * and dead letters and tails count 0.
 */
export interface QueueStatus {
  readonly queue: string;
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

/** One failure in the history of a dead letter. */
export interface Failure {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `failed`: its handler said so. `lost`: its member vanished with it. `rejected`: its handler dead-lettered it. */
  readonly kind: 'failed' | 'lost' | 'rejected';
  readonly reason: string;
  /** The member that had it: the name of its client, a slash, its subscription. */
  readonly member: string;
}

/** A copy of a message that a group gave up on; retention never touches it. */
export interface DeadLetter<Queue extends string = string> {
  /** Its place among the dead letters of the queue. */
  readonly position: number;
  readonly group: string;
  /** When it was dead-lettered, in milliseconds since 1970. */
  readonly time: number;
  /** `rejected` by its handler, `attempts_exhausted`, or `contract_mismatch`: it no longer matches its schema. */
  readonly code: 'rejected' | 'attempts_exhausted' | 'contract_mismatch';
  /** Of the last failure. */
  readonly reason: string;
  /** Of the log that the message's seq is meant for. */
  readonly epoch: string;
  readonly seq: number;
  /** Null: retention, a purge or damage removed it from the log before it was copied. */
  readonly message: MessageOf<Queue, string, unknown> | null;
  /** Its payload was edited by `redrive`; the log keeps the original. */
  readonly edited?: true | undefined;
  /** How often it was delivered, uncounted returns included. */
  readonly handouts: number;
  /** The last 10, the oldest first; of their reasons the first 1,000 characters. */
  readonly failures: readonly Failure[];
}

/** Dead letters of one group with the same code and reason. */
export interface DeadLetterKind {
  readonly group: string;
  readonly code: DeadLetter['code'];
  /** The first 200 characters of the reason; numbers in it are `#`, and so are ids. */
  readonly reason: string;
  readonly letters: number;
  /** When the first and the last of them were dead-lettered, in milliseconds since 1970. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** The position of the last of them. */
  readonly lastPosition: number;
}

/** What the dead letters of a queue have in common. */
export interface DeadLetterSummary {
  /** How many there are. */
  readonly letters: number;
  /** How many of them were counted by kind: the newest. */
  readonly counted: number;
  /** `counted` is less than `letters`: counting stopped at a limit. */
  readonly isPartial: boolean;
  /** At most 100, the most frequent first. */
  readonly kinds: readonly DeadLetterKind[];
  /** How many counted letters are of other kinds. */
  readonly others: number;
}

/** Selects the dead letters of a queue that match every given field. */
export interface DeadLetterFilter {
  /** Default: of all groups. */
  readonly group?: string | undefined;
  /** Of the message with this seq. */
  readonly seq?: number | undefined;
  readonly code?: DeadLetter['code'] | undefined;
  /** Text that the reason contains. */
  readonly reason?: string | undefined;
  /** The whole reason as a kind of the summary has it: numbers and ids are `#`. Empty: no reason was given. */
  readonly kindReason?: string | undefined;
  /** Dead-lettered at this time or later, in milliseconds since 1970. */
  readonly since?: number | undefined;
  /** Dead-lettered before this time, in milliseconds since 1970. */
  readonly until?: number | undefined;
  /** Only the letters at these positions: 1 to 1,000 of them. */
  readonly positions?: readonly number[] | undefined;
}

export interface DeadLetterQuery extends DeadLetterFilter {
  /** Only after this position. Default 0. */
  readonly after?: number | undefined;
  /** Only up to this position. Default: the newest. */
  readonly through?: number | undefined;
  /** Default 100, at most 1,000. */
  readonly limit?: number | undefined;
}

/** Some dead letters, the oldest first. */
export interface DeadLetterPage<Queue extends string = string> {
  /** May be fewer than asked for, or none, when much had to be scanned: only `next` says whether there are more. */
  readonly letters: readonly DeadLetter<Queue>[];
  /** Positions, both ends included, whose letters are lost: they are damaged on the server's disk. */
  readonly gaps: readonly Range[];
  /** Ask again with this as `after`; null: there are no more. */
  readonly next: number | null;
}

/** Asks to redrive or discard a page of dead letters: those that the query finds. */
export interface DeadLetterRequest extends DeadLetterQuery {
  /** Only counts, and changes nothing. Default false. */
  readonly dryRun?: boolean | undefined;
}

/** Letters of some groups. */
export type GroupLetters = readonly (readonly [group: string, letters: number])[];

/** Asks to redrive a page of dead letters. */
export interface RedriveRequest extends DeadLetterRequest {
  /** Of the answer to the page before, in a dry run: what it took of the room of groups. */
  readonly counted?: GroupLetters | undefined;
  /**
   * Replaces the payload of one letter, for its group alone: `positions` names that letter. It must match the present
   * schema of the letter's event, and is stored before the letter is redriven.
   */
  readonly payload?: unknown;
}

/** A dead letter that cannot be redriven: it stays. */
export interface RefusedLetter {
  readonly position: number;
  readonly group: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

/** The result of redriving a page of dead letters. */
export interface Redriven {
  /** How many letters returned to their groups, or would have. */
  readonly redriven: number;
  readonly refused: readonly RefusedLetter[];
  /** Ask again with this as `after`, and with `through`; null: there are no more. */
  readonly next: number | null;
  /** The newest position of the first page: what is dead-lettered later is not redriven. */
  readonly through: number;
  /** Of a dry run that is not at its end: ask again with this too, since a group has room for some letters only. */
  readonly counted?: GroupLetters;
}

/** The result of discarding a page of dead letters. */
export interface Discarded {
  /** How many letters were removed, or would have been; they cannot be restored. */
  readonly discarded: number;
  /** Ask again with this as `after`, and with `through`; null: there are no more. */
  readonly next: number | null;
  readonly through: number;
}
