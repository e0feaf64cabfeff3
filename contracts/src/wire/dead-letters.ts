import type { ErrorCode } from '../errors.js';
import type { AnyFailure, letterCodes, UNDECLARED } from '../failures.js';
import type { MessageOf } from '../message.js';
import type { Range } from '../position.js';

/** One failure in the history of a dead letter. */
export interface Failure {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `failed`: its handler said so. `lost`: its member vanished with it. `rejected`: its handler dead-lettered it. */
  readonly kind: 'failed' | 'lost' | 'rejected';
  readonly reason: string;
  /** The member that had it: the name of its client, a slash, its subscription. */
  readonly member: string;
  /** Of the declared failure that its handler named. */
  readonly code?: string | undefined;
  /** Kept of the last failure only. */
  readonly data?: unknown;
}

/** A copy of a message that a group gave up on, without why; retention never touches it. */
interface GivenUp<Queue extends string> {
  /** Its place among the dead letters of the queue. */
  readonly position: number;
  readonly group: string;
  /** When it was dead-lettered, in milliseconds since 1970. */
  readonly time: number;
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

/** Why a message is dead. `Failed`: the declared failures of its queue. */
type LetterCause<Failed> =
  | Failed
  /** `rejected` by its handler, `attempts_exhausted`, or `contract_mismatch`: it no longer matches its schema. */
  | { readonly code: (typeof letterCodes)[number]; readonly data?: undefined }
  /** The contract of this client declares no such failure, or with other data. */
  | { readonly code: typeof UNDECLARED; readonly data: AnyFailure };

/** A copy of a message that a group gave up on; retention never touches it. A union discriminated by `code`. */
export type DeadLetter<
  Queue extends string = string,
  Failed extends AnyFailure = AnyFailure,
> = GivenUp<Queue> & LetterCause<Failed>;

/** Dead letters of one group with the same code and reason. */
export interface DeadLetterKind {
  readonly group: string;
  readonly code: string;
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
export interface DeadLetterFilter<Code extends string = string> {
  /** Default: of all groups. */
  readonly group?: string | undefined;
  /** Of the message with this seq. */
  readonly seq?: number | undefined;
  readonly code?: Code | undefined;
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

export interface DeadLetterQuery<Code extends string = string> extends DeadLetterFilter<Code> {
  /** Only after this position. Default 0. */
  readonly after?: number | undefined;
  /** Only up to this position. Default: the newest. */
  readonly through?: number | undefined;
  /** Default 100, at most 1,000. */
  readonly limit?: number | undefined;
}

/** Some dead letters, the oldest first. */
export interface DeadLetterPage<Queue extends string = string, Failed extends AnyFailure = AnyFailure> {
  /** May be fewer than asked for, or none, when much had to be scanned: only `next` says whether there are more. */
  readonly letters: readonly DeadLetter<Queue, Failed>[];
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
