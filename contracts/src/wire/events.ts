/**
 * All events between client and server over Socket.IO, by direction.
 *
 * The shape of the events is fixed and the queue enters as a type parameter: a new queue changes no protocol.
 * `publish`, `grant`, `replay` and `deliver` have a plain JSON form for any Socket.IO client, and a binary one (`…:frame`)
 * that carries many messages in one attachment. Rooms are keyed by queue name: `<queue>` holds its live tails,
 * `<queue>/<group>` the members of a group.
 */
import type { Contract, Message, QueueName } from '../contract.js';
import type { ErrorBody } from '../errors.js';
import type { JsonText } from '../json-text.js';
import type { Gap, Start } from '../position.js';
import type { BatchReceipt, FrameReceipt, Receipt, ScheduledReceipt } from '../receipt.js';
import type { Result } from '../result.js';
import type {
  GroupQuery,
  GroupStatus,
  MessageQuery,
  MessageReport,
  Purged,
  QueueStatus,
  SeqAt,
} from './administration.js';
import type {
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterRequest,
  DeadLetterSummary,
  Discarded,
  Redriven,
  RedriveRequest,
} from './dead-letters.js';
import type { Authentication } from './handshake.js';
import type { CallNotices, CallRequests, ServiceStatus } from './calls.js';
import type { ContractOptions, DifferingClients, QueueContract } from './contract.js';
import type { Grant, GrantHeader, Revocation, Subscribed, SubscribeRequest } from './group.js';
import type { Settlement } from './outcome.js';
import type { History, HistoryQuery, Overview, OverviewQuery } from './overview.js';
import type { Publication, ScheduledPublication } from './publishing.js';
import type { Cancelled, ScheduledPage, ScheduledQuery, ScheduledReport } from './scheduled.js';
import type { ScheduleDefinition, ScheduleDeleted, ScheduleStatus } from './schedules.js';
import type { Replay, ReplayHeader, Tailing, TailNotice, TailRequest } from './tail.js';

type Answer<T> = (result: Result<T>) => void;

/** Publishing. */
interface PublishRequests<C extends Contract, Q extends QueueName<C>> {
  /**
   * Publishes one message, or several; several are answered by an array (`Array.isArray`), one by one and in their order.
   */
  publish: (
    ...request: {
      [N in Q]: [
        queue: N,
        message: Publication<C, N> | readonly Publication<C, N>[],
        answer: Answer<Receipt | Result<Receipt>[]>,
      ];
    }[Q]
  ) => void;
  /** Publishes a frame. The same frame sent again is answered with the same seqs. */
  'publish:frame': (queue: Q, frame: Uint8Array, answer: Answer<FrameReceipt>) => void;
  /** Publishes several messages, all of them or none. */
  'publish:batch': (
    ...request: {
      [N in Q]: [queue: N, messages: readonly Publication<C, N>[], answer: Answer<BatchReceipt>];
    }[Q]
  ) => void;
  /** Publishes all messages of a frame or none: its receipt refuses none. */
  'publish:batch:frame': (queue: Q, frame: Uint8Array, answer: Answer<FrameReceipt>) => void;
  /**
   * Publishes several messages, or one, if `expectedSeq` is the last seq of their ordering key, or without a key of the
   * queue; 0: there is none. Otherwise `seq_conflict`.
   */
  'publish:expected': (
    ...request: {
      [N in Q]: [
        queue: N,
        messages: readonly Publication<C, N>[],
        expectedSeq: number,
        answer: Answer<BatchReceipt>,
      ];
    }[Q]
  ) => void;
  /** The same as a frame: its receipt refuses none. */
  'publish:expected:frame': (
    queue: Q,
    frame: Uint8Array,
    expectedSeq: number,
    answer: Answer<FrameReceipt>,
  ) => void;
  /**
   * Publishes a message later. It gets its seq then. While a message with the same id waits, that one is answered, and
   * nothing is stored.
   */
  schedule: (
    ...request: {
      [N in Q]: [queue: N, message: ScheduledPublication<C, N>, answer: Answer<ScheduledReceipt>];
    }[Q]
  ) => void;
}

/** Consuming: a subscription is a membership in a group or a tail; both share the names that their client gives. */
interface ConsumeRequests<Q extends string> {
  /** Joins a group, making it when it is new. */
  subscribe: (request: SubscribeRequest<Q>, answer: Answer<Subscribed>) => void;
  /** Stops grants to this member; what it holds may still be settled. The first step of leaving. */
  pause: (subscription: string, answer: Answer<null>) => void;
  /** Settles messages. Answered when final outcomes are durable. */
  settle: (subscription: string, settlements: readonly Settlement[], answer: Answer<null>) => void;
  /** Begins a tail. */
  tail: (request: TailRequest<Q>, answer: Answer<Tailing>) => void;
  /** Everything below this seq was read: moves the window of a tail. */
  position: (subscription: string, next: number, answer?: Answer<null>) => void;
  /** Leaves a group (what is unsettled is released, uncounted) or ends a tail. */
  unsubscribe: (subscription: string, answer: Answer<null>) => void;
}

/** Who the connection speaks for. */
interface AuthenticationRequests {
  /**
   * Shows another token: the connection keeps its subscriptions and speaks for the token's principal. Where that has no
   * right to one of them, the connection ends.
   */
  authenticate: (request: Authentication, answer: Answer<null>) => void;
}

/** Comparing the contract of a client with the server's. */
interface ContractRequests<Q extends string> {
  /**
   * The schemas of a queue's events, as far as the principal may see them. They are left out when the client knows them:
   * `known` is the `hash` of an earlier answer, or the fingerprint of the client's own definition.
   */
  contract: (
    ...request:
      | [queue: Q, known: string | null, options: ContractOptions, answer: Answer<QueueContract>]
      | [queue: Q, known: string | null, answer: Answer<QueueContract>]
      | [queue: Q, answer: Answer<QueueContract>]
  ) => void;
}

/** Looking at queues and groups: their figures, now and in the last hour, and single messages. */
interface ObservationRequests<Q extends string> {
  /** The queues that the principal has any right to, page by page, and what needs attention. */
  overview: (
    ...request: [query: OverviewQuery, answer: Answer<Overview>] | [answer: Answer<Overview>]
  ) => void;
  /** What was measured of a queue, or of all, in the last hour. */
  history: (...request: [query: HistoryQuery, answer: Answer<History>] | [answer: Answer<History>]) => void;
  /** A message, and what each group made of it. */
  message: (
    ...request:
      | [queue: Q, seq: number, query: MessageQuery, answer: Answer<MessageReport<Q>>]
      | [queue: Q, seq: number, answer: Answer<MessageReport<Q>>]
  ) => void;
  /** The seq that a start means at the moment. */
  'seq-at': (queue: Q, start: Start, answer: Answer<SeqAt>) => void;
  /** The connected clients whose contract of a queue differs from the server's. */
  'contract:clients': (queue: Q, answer: Answer<DifferingClients>) => void;
}

/** Administration of queues and groups. */
interface AdministrationRequests<Q extends string> {
  /** All queues that the principal has any right to. */
  queues: (answer: Answer<readonly QueueStatus[]>) => void;
  /** Sorted by name. After a full page there may be more: ask again with its last name as `after`. */
  groups: (
    ...request:
      | [queue: Q, query: GroupQuery, answer: Answer<readonly GroupStatus<Q>[]>]
      | [queue: Q, answer: Answer<readonly GroupStatus<Q>[]>]
  ) => void;
  /** The calls of a queue, and who answers them. */
  services: (queue: Q, answer: Answer<readonly ServiceStatus[]>) => void;
  /** Moves the position of a group: its grants are revoked, and settled messages from there on are delivered again. */
  'group:seek': (queue: Q, group: string, to: Start, answer: Answer<null>) => void;
  /** Stops grants to all members until `group:resume`; also after a restart. */
  'group:pause': (queue: Q, group: string, answer: Answer<null>) => void;
  'group:resume': (queue: Q, group: string, answer: Answer<null>) => void;
  /** Deletes a group that has no members; its dead letters stay. */
  'group:delete': (queue: Q, group: string, answer: Answer<null>) => void;
  /**
   * Removes the messages below a seq, in whole segments of the log, or all: groups and tails that had not read them get
   * a gap.
   */
  'queue:purge': (queue: Q, before: number | null, answer: Answer<Purged>) => void;
  'dead-letters': (
    ...request:
      | [queue: Q, query: DeadLetterQuery, answer: Answer<DeadLetterPage<Q>>]
      | [queue: Q, answer: Answer<DeadLetterPage<Q>>]
  ) => void;
  /** Counts the dead letters of a queue by group, code and reason, the newest of them when there are many. */
  'dead-letters:summary': (queue: Q, answer: Answer<DeadLetterSummary>) => void;
  /** Returns dead letters to the groups that gave them up, and to no other; their attempts start at 1 again. */
  'dead-letters:redrive': (queue: Q, request: RedriveRequest, answer: Answer<Redriven>) => void;
  /** Removes dead letters; they cannot be restored. */
  'dead-letters:discard': (queue: Q, request: DeadLetterRequest, answer: Answer<Discarded>) => void;
}

/** Messages that wait until they are due. */
interface ScheduleRequests<Q extends string> {
  /** A page of those of a queue. */
  scheduled: (
    ...request:
      | [queue: Q, query: ScheduledQuery, answer: Answer<ScheduledPage<Q>>]
      | [queue: Q, answer: Answer<ScheduledPage<Q>>]
  ) => void;
  /** One of them with its payload; null: it does not wait. */
  'scheduled:peek': (queue: Q, id: string, answer: Answer<ScheduledReport<Q> | null>) => void;
  /** One of them is never published. */
  'scheduled:cancel': (queue: Q, id: string, answer: Answer<Cancelled>) => void;
}

/** Messages that are published again and again. */
interface RecurringRequests<Q extends string> {
  /** The schedules of a queue; null: of all queues that the client administers. By name. */
  schedules: (queue: Q | null, answer: Answer<readonly ScheduleStatus<Q>[]>) => void;
  /** Makes a schedule, or replaces the one of this name. The same definition again changes nothing. */
  'schedules:put': (
    queue: Q,
    name: string,
    definition: ScheduleDefinition,
    answer: Answer<ScheduleStatus<Q>>,
  ) => void;
  /** Of the schedule come no more runs. */
  'schedules:delete': (name: string, answer: Answer<ScheduleDeleted>) => void;
}

export interface ClientToServerEvents<C extends Contract, Q extends QueueName<C> = QueueName<C>>
  extends
    PublishRequests<C, Q>,
    ConsumeRequests<Q>,
    CallRequests<C, Q>,
    AuthenticationRequests,
    ContractRequests<Q>,
    ObservationRequests<Q>,
    AdministrationRequests<Q>,
    ScheduleRequests<Q>,
    RecurringRequests<Q> {}

export interface ServerToClientEvents<
  C extends Contract,
  Q extends QueueName<C> = QueueName<C>,
> extends CallNotices<C, Q> {
  /** Messages for one member of a group. */
  grant: (grant: Grant<C, Q>) => void;
  /** The same as frames, to members that asked for them. */
  'grant:frame': (header: GrantHeader, frames: Uint8Array) => void;
  /** To one member: messages that it holds are revoked. */
  revoke: (revocation: Revocation) => void;
  /** To all members of a group: these messages will never come. */
  gap: (gap: Gap & { readonly queue: Q; readonly group: string }) => void;
  /**
   * To all members of a group: no member knows this event, and the group passes over its messages from this seq on.
   * Sent once for each event; `groups` counts the messages.
   */
  'passed-over': (passed: {
    readonly queue: Q;
    readonly group: string;
    readonly event: string;
    readonly firstSeq: number;
  }) => void;
  /** To all members of a group: too much is unsettled, nothing new is delivered. */
  stalled: (group: { readonly queue: Q; readonly group: string; readonly unsettled: number }) => void;

  /** To all members of a group: some of its dead letters expired, by the bounds of the queue's definition. */
  'dead-letters:expired': (lost: {
    readonly queue: Q;
    readonly group: string;
    readonly letters: number;
  }) => void;

  /** A batch of the log for one tail that is not live. */
  replay: (replay: Replay<C, Q>) => void;
  /** The same as frames back to back, to tails that asked for them. */
  'replay:frame': (header: ReplayHeader, frames: Uint8Array) => void;
  /** To one tail: it has caught up; from `next` on it gets `deliver`. */
  live: (notice: TailNotice) => void;
  /** To one tail: it was slower than its window; from `next` on it gets replays again, no longer `deliver`. */
  behind: (notice: TailNotice) => void;
  /** To all live tails of a queue: new messages, as the JSON text of an array, with consecutive seqs. */
  deliver: (
    ...delivery: {
      [N in Q]: [queue: N, epoch: string, firstSeq: number, messages: JsonText<readonly Message<C, N>[]>];
    }[Q]
  ) => void;
  /** The same as frames back to back, to live tails that asked for them. */
  'deliver:frame': (queue: Q, epoch: string, firstSeq: number, frames: Uint8Array) => void;

  /**
   * The token of this connection has expired (`auth_expired`) or was withdrawn (`unauthorized`). Every request is refused
   * with this error and no message is sent until `authenticate`; after 10 seconds the connection ends.
   */
  'auth:expired': (error: ErrorBody) => void;

  /** To all: the server is shutting down, and waits for the outcomes of running handlers. */
  draining: () => void;
}
