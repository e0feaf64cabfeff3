import type {
  Contract,
  DeadLetter,
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterSummary,
  DifferingClients,
  EventFailure,
  EventName,
  GroupStatus,
  History,
  HistoryQuery,
  MessageQuery,
  MessageReport,
  Overview,
  OverviewQuery,
  Purged,
  QueueContract,
  QueueName,
  QueueStatus,
  RefusedLetter,
  SeqAt,
  ServiceStatus,
  Start,
} from '@typed-queue/contracts';
import type { letterCodes } from '@typed-queue/contracts/wire';
import type { ScheduledAdmin } from './scheduled-admin.js';
import type { SchedulesAdmin } from './schedules-admin.js';

export interface AdminOptions {
  /** How long to wait for the answer, and for the connection before it. Default: 10,000 milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Abandons the request. */
  readonly signal?: AbortSignal | undefined;
}

export interface PurgeOptions extends AdminOptions {
  /** Removes only the messages below this seq. Default: all. */
  readonly before?: number | undefined;
}

/** What the dead letters of a queue may have. */
export interface LettersOf<C extends Contract, Q extends QueueName<C>> {
  /** The declared failures of its events. */
  readonly failure: EventFailure<C, Q, EventName<C, Q>>;
  readonly code: (typeof letterCodes)[number] | EventFailure<C, Q, EventName<C, Q>>['code'];
}

/** Which dead letters are meant: those that match every field that is given, or all. */
interface LetterOptions<Code extends string> extends AdminOptions, DeadLetterFilter<Code> {
  /** Only counts, and changes nothing. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Only up to this position: with that of a dry run, no letter that came after it. Default: the newest of now. */
  readonly through?: number | undefined;
}

export interface DiscardOptions<Code extends string = string> extends LetterOptions<Code> {
  /**
   * Called after each page of at most 1,000 letters with how many were discarded so far, and with the newest position
   * when it began: later letters are not touched. What it throws ends it.
   */
  readonly progress?: ((discarded: number, through: number) => void) | undefined;
}

export interface RedriveEditedOptions extends AdminOptions {
  /** Only checks, and changes nothing. Default false. */
  readonly dryRun?: boolean | undefined;
}

export interface RedriveOptions<Code extends string = string> extends LetterOptions<Code> {
  /** Default: as fast as the server takes them. */
  readonly ratePerSecond?: number | undefined;
  /** Called after each page of at most 1,000 letters with what was done so far. What it throws ends the redrive. */
  readonly progress?: ((soFar: RedriveResult) => void) | undefined;
}

export interface RedriveResult {
  /** How many letters went back to their groups, or would have. */
  readonly redriven: number;
  /** How many cannot, and stay. */
  readonly refusedCount: number;
  /** The first 1,000 of them, each with the reason. */
  readonly refused: readonly RefusedLetter[];
  /** The newest position when it began: later letters are not touched. */
  readonly through: number;
}

/**
 * Administration of queues and groups. Every request may be repeated without harm, and is sent again when the connection
 * ends before its answer.
 *
 * Everything rejects with a QueueError: what the server refuses (`queue_unknown`, `group_unknown` …), `closed`, or when
 * the time is over or the signal aborts: `aborted`, and `outcome_unknown` when the request was sent already.
 */
export interface Admin<C extends Contract> {
  /** Messages that are published later. */
  readonly scheduled: ScheduledAdmin<C>;
  /** Messages that are published again and again. */
  readonly schedules: SchedulesAdmin<C>;
  /** All queues that the server serves. */
  queues(options?: AdminOptions): Promise<readonly QueueStatus[]>;
  /**
   * The JSON Schemas of the events and calls of a queue and their declared failures, as the server has them and as far as
   * this client may see them, with titles and descriptions. For any queue of the server, also one that the contract of this client
   * lacks. A server of an older build names no failures or calls.
   */
  describe(queue: string, options?: AdminOptions): Promise<Required<QueueContract>>;
  /**
   * The connected clients whose contract of a queue differs from the server's, as they found themselves. For any queue,
   * as above. Needs the right to administer it.
   */
  differingClients(queue: string, options?: AdminOptions): Promise<DifferingClients>;
  /**
   * A page of the queues that this client has any right to, with their rates, depths and ages; what needs attention;
   * and the server, for those who may administer all queues. The server measures every 10 seconds.
   */
  overview(query?: OverviewQuery, options?: AdminOptions): Promise<Overview>;
  /** What the server measured in the last hour: of a queue, or of all that this client has any right to. */
  history(query?: HistoryQuery, options?: AdminOptions): Promise<History>;
  /** One message, and what each group made of it. Needs the right to tail the queue. */
  message<Q extends QueueName<C>>(
    queue: Q,
    seq: number,
    query?: MessageQuery,
    options?: AdminOptions,
  ): Promise<MessageReport<Q>>;
  /** The seq that a start means at the moment, and how many seqs there are from it on. */
  seqAt(queue: QueueName<C>, start: Start, options?: AdminOptions): Promise<SeqAt>;
  groups<Q extends QueueName<C>>(queue: Q, options?: AdminOptions): Promise<readonly GroupStatus<Q>[]>;
  /** The calls of a queue: who answers each, what waits and runs, and how those that were made ended. */
  services(queue: QueueName<C>, options?: AdminOptions): Promise<readonly ServiceStatus[]>;
  /** Moves a group: its leases end, and what was settled from the new position on is delivered again. */
  seek(queue: QueueName<C>, group: string, to: Start, options?: AdminOptions): Promise<void>;
  /** No member gets new messages until `resume`; also after a restart of the server. */
  pause(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void>;
  resume(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void>;
  /** Deletes a group; its dead letters stay. Refused with `group_in_use` while it has members. */
  delete(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void>;
  /**
   * Removes messages, in whole segments of the log, so that some below `before` may stay; says which is the oldest left.
   * Groups and tails that had not read them get a gap.
   */
  purge(queue: QueueName<C>, options?: PurgeOptions): Promise<Purged>;
  /** A page of dead letters, oldest first. */
  deadLetters<Q extends QueueName<C>>(
    queue: Q,
    query?: DeadLetterQuery<LettersOf<C, Q>['code']>,
    options?: AdminOptions,
  ): Promise<DeadLetterPage<Q, LettersOf<C, Q>['failure']>>;
  /** All of them from `after` on, page by page of `limit` each; the options hold for each page. */
  eachDeadLetter<Q extends QueueName<C>>(
    queue: Q,
    query?: DeadLetterQuery<LettersOf<C, Q>['code']>,
    options?: AdminOptions,
  ): AsyncIterableIterator<DeadLetter<Q, LettersOf<C, Q>['failure']>>;
  /**
   * Delivers dead letters again to the groups that gave them up, and to no other, as messages that never failed; their histories
   * are kept. A message that no longer matches the contract is refused, and its letter stays. Later dead letters are
   * not touched. A request whose answer was lost with its connection is sent again: what it did is not counted then.
   */
  redrive<Q extends QueueName<C>>(
    queue: Q,
    options?: RedriveOptions<LettersOf<C, Q>['code']>,
  ): Promise<RedriveResult>;
  /** Counts the dead letters of a queue by group, code and reason. */
  deadLetterSummary(queue: QueueName<C>, options?: AdminOptions): Promise<DeadLetterSummary>;
  /**
   * Redrives one dead letter with another payload, which must match the present contract: `payload_invalid` lists why it
   * does not. Only its group gets it; the log keeps the original. It is stored before it is redriven.
   */
  redriveEdited(
    queue: QueueName<C>,
    position: number,
    payload: unknown,
    options?: RedriveEditedOptions,
  ): Promise<RedriveResult>;
  /** Removes dead letters permanently; resolves with their number. */
  discard<Q extends QueueName<C>>(
    queue: Q,
    options?: DiscardOptions<LettersOf<C, Q>['code']>,
  ): Promise<number>;
}
