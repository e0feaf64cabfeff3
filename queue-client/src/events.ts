import type { Gap, MessageOf, QueueError, Range, Reset } from '@typed-queue/contracts';
import type { ContractDifference } from './agreement/contract-difference.js';

interface OfQueue<Q extends string> {
  readonly queue: Q;
}

interface OfGroup<Q extends string> extends OfQueue<Q> {
  readonly group: string;
}

interface OfMessage<Q extends string> extends OfGroup<Q> {
  /** Its payload may not match the contract. */
  readonly message: MessageOf<Q, string, unknown>;
  readonly attempt: number;
}

/** The events of a client: each has one object. `Q`: the queues of its contract. */
// An interface is no event map: it has no index signature.
export type ClientEvents<Q extends string = string> = {
  /** Connected: what waited is sent. `again`: it is not the first time. */
  connected: (event: { readonly again: boolean }) => void;
  /** The client connects again by itself. */
  disconnected: (event: { readonly reason: string }) => void;
  /**
   * An attempt to connect failed; the client tries again. `cause` is the error of the platform, with its `code`
   * (`ECONNREFUSED`, `ENOTFOUND` …); browsers do not expose it.
   */
  'connection:failed': (event: { readonly cause: Error }) => void;
  /** The token is sent unencrypted: the server is another machine, and its URL is neither https nor wss. */
  'token:exposed': (event: { readonly server: string }) => void;
  /** The token function threw; it is called again after a delay. */
  'token:failed': (event: { readonly error: unknown }) => void;
  /**
   * Messages that a group, or without `group` the loop over a tail, will never get. `reset`: the server has another
   * log than before, and reading starts again with the oldest message; or the group was deleted and created again.
   */
  gap: (event: (Gap | Reset) & OfQueue<Q> & Partial<OfGroup<Q>>) => void;
  /** The loop over a tail has read everything below `next`: later messages were just published. */
  'tail:live': (event: OfQueue<Q> & { readonly next: number }) => void;
  /**
   * The lease of these messages was lost before their outcomes arrived, or an operator moved the group: they are
   * delivered again.
   */
  'lease:lost': (event: OfGroup<Q> & { readonly token: number; readonly ranges: readonly Range[] }) => void;
  /**
   * The server has another contract of a queue that this client uses: these events differ. Emitted once for each
   * contract of a server, not at every reconnect.
   */
  'contract:differs': (event: ContractDifference<Q>) => void;
  /**
   * No member of the group knows this event: its messages are passed over, from this seq on, until a member knows it.
   * Emitted once for each event. `admin.groups` counts them, `admin.seek` brings them back.
   */
  'passed-over': (event: OfGroup<Q> & { readonly event: string; readonly firstSeq: number }) => void;
  /**
   * The group reached its limit of unsettled messages: no member gets new ones. Emitted once, and again only after a
   * tenth of the limit was settled in between.
   */
  stalled: (event: OfGroup<Q> & { readonly unsettled: number }) => void;
  /** Dead letters of the group were removed, by the limits of the queue's definition. */
  'dead-letters:expired': (event: OfGroup<Q> & { readonly letters: number }) => void;
  /**
   * A handler threw, or took longer than `handlerTimeoutMs`: the message is delivered again later, or dead-lettered.
   * Not emitted for declared failures, `RetryAfter` and `DeadLetter`.
   */
  'handler:error': (event: OfMessage<Q> & { readonly error: unknown }) => void;
  /**
   * A responder threw something that is no declared failure, or its output does not match the contract: its caller gets
   * `call_failed`, which says nothing of it, or `answer_invalid`.
   */
  'call:error': (
    event: OfQueue<Q> & { readonly call: string; readonly attempt: number; readonly error: unknown },
  ) => void;
  /** A handler runs longer than a minute; emitted once per message and attempt. */
  'handler:slow': (event: OfMessage<Q> & { readonly runningMs: number }) => void;
  /**
   * A message goes to the dead letters: its handler threw a declared failure that is not retried (its code, and what comes
   * with it), or `DeadLetter` (`rejected`), or failed for the last time (its code, or `attempts_exhausted`). Not emitted when the last failure was a lost lease.
   */
  'dead-letter': (
    event: OfMessage<Q> & {
      readonly code: string;
      readonly data?: unknown;
      readonly reason: string;
    },
  ) => void;
  /**
   * A failure that no call can reject with. The server refused the connection, a subscription (then with its `queue`
   * and `group`; once while it is retried), a settlement. Or a message does not match this contract,
   * `contract_mismatch`: in a group it is retried later, the loop over a tail (with its `queue`) skips it.
   */
  error: (event: Partial<OfGroup<Q>> & { readonly error: QueueError }) => void;
};
