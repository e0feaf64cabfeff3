import type { AnyMessage } from '../message.js';
import type { GroupSettings } from './group.js';

/** A queue as an operator sees it. */
export interface QueueStatus {
  readonly queue: string;
  readonly epoch: string;
  /** The oldest seq that is kept. */
  readonly firstSeq: number;
  /** The newest durable seq; `firstSeq - 1` when there is none. */
  readonly lastSeq: number;
  /** What its log takes on the disk, or in memory. */
  readonly bytes: number;
  readonly groups: number;
  readonly tails: number;
}

/** What a purge left. */
export interface Purged {
  /** The oldest seq that is kept. */
  readonly firstSeq: number;
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
}

/** A group as an operator sees it. */
export interface GroupStatus {
  readonly queue: string;
  readonly group: string;
  /** Everything below this seq is settled. */
  readonly floor: number;
  /** How many messages are not settled: handed out or waiting. */
  readonly depth: number;
  /** How many of them were never handed out. */
  readonly lag: number;
  /** Milliseconds since the oldest of them was stored; null when there is none. */
  readonly oldestAgeMs: number | null;
  readonly paused: boolean;
  /** Too much is unsettled: nothing new goes out until some of it is settled. */
  readonly stalled: boolean;
  readonly deadLetters: number;
  readonly settings: GroupSettings;
  readonly members: readonly MemberStatus[];
}

/** One failure in the history of a dead letter. */
export interface Failure {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `failed`: its handler said so. `lost`: its holder vanished with it. `rejected`: its handler gave it up. */
  readonly kind: 'failed' | 'lost' | 'rejected';
  readonly reason: string;
  /** The member that had it: the name of its client, a slash, its subscription. */
  readonly member: string;
}

/** A message that a group gave up on: a copy, which retention never touches. */
export interface DeadLetter {
  /** Its place among the dead letters of the queue. */
  readonly position: number;
  readonly group: string;
  /** When it was given up, in milliseconds since 1970. */
  readonly time: number;
  /** `rejected` by its handler, `attempts_exhausted`, or `contract_mismatch`: it no longer matches its schema. */
  readonly code: 'rejected' | 'attempts_exhausted' | 'contract_mismatch';
  /** Of the last failure. */
  readonly reason: string;
  /** Of the log that the message's seq is meant for. */
  readonly epoch: string;
  readonly seq: number;
  /** Null: retention, a purge or damage took it from the log before its copy was made. */
  readonly message: AnyMessage | null;
  /** How often it was handed out, uncounted returns included. */
  readonly handouts: number;
  /** The last 10, the oldest first; of their reasons the first 1,000 characters. */
  readonly failures: readonly Failure[];
}

export interface DeadLetterQuery {
  /** Default: of all groups. */
  readonly group?: string;
  /** Only behind this position. Default 0. */
  readonly after?: number;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
}

/** Some dead letters, the oldest first. */
export interface DeadLetterPage {
  /** Fewer than asked for, or none, when much had to be looked through: only `next` tells whether there are more. */
  readonly letters: readonly DeadLetter[];
  /** Ask again with this as `after`; null: there are no more. */
  readonly next: number | null;
}
