import type {
  Contract,
  DeadLetter,
  DeadLetterPage,
  DeadLetterQuery,
  GroupStatus,
  Purged,
  QueueName,
  QueueStatus,
  Start,
} from '@typed-queue/contracts';

export interface AdminOptions {
  /** How long to wait for the answer, and for the connection before it. Default: 10,000 milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

export interface PurgeOptions extends AdminOptions {
  /** Removes only the messages below this seq. Default: all. */
  readonly before?: number | undefined;
}

/**
 * Looks after queues and groups. Every request may be repeated without harm, and is sent again when the connection
 * ends before its answer.
 *
 * Everything rejects with a QueueError: what the server refuses (`queue_unknown`, `group_unknown` …), `closed`, or when
 * the time is over or the signal aborts: `aborted`, and `outcome_unknown` when the request was sent already.
 */
export interface Admin<C extends Contract> {
  /** All queues that the server serves. */
  queues(options?: AdminOptions): Promise<readonly QueueStatus[]>;
  groups(queue: QueueName<C>, options?: AdminOptions): Promise<readonly GroupStatus[]>;
  /** Puts a group to another place: what it holds is taken back, what was settled from there on goes out again. */
  seek(queue: QueueName<C>, group: string, to: Start, options?: AdminOptions): Promise<void>;
  /** Hands out nothing more, to any member, until `resume`; also after a restart of the server. */
  pause(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void>;
  resume(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void>;
  /** Deletes a group; its dead letters stay. Refused with `group_in_use` while it has members. */
  delete(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void>;
  /**
   * Removes messages, in whole pieces of the log, so that some below `before` may stay; says which is the oldest left.
   * Groups and tails that had not read them are told the gap.
   */
  purge(queue: QueueName<C>, options?: PurgeOptions): Promise<Purged>;
  /** A page of what groups gave up, the oldest first. */
  deadLetters(queue: QueueName<C>, query?: DeadLetterQuery, options?: AdminOptions): Promise<DeadLetterPage>;
  /** All of them from `after` on, page by page of `limit` each; the options hold for each page. */
  eachDeadLetter(
    queue: QueueName<C>,
    query?: DeadLetterQuery,
    options?: AdminOptions,
  ): AsyncIterableIterator<DeadLetter>;
}
