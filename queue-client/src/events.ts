import type { AnyMessage, Gap, QueueError, Range, Reset } from '@typed-queue/contracts';

interface OfQueue {
  readonly queue: string;
}

interface OfGroup extends OfQueue {
  readonly group: string;
}

/** What a client tells its listeners: each event carries one object. */
// An interface is no event map for typed-emitter: it has no index signature.
export type ClientEvents = {
  /** The server answered: what waited is on its way. `again`: it is not the first time. */
  connected: (event: { readonly again: boolean }) => void;
  /** The connection is gone; the client connects again by itself. */
  disconnected: (event: { readonly reason: string }) => void;
  /**
   * An attempt to connect failed; the client tries again. `cause` is the error of the platform, with its `code`
   * (`ECONNREFUSED`, `ENOTFOUND` …); browsers do not expose it.
   */
  'connection:failed': (event: { readonly cause: Error }) => void;
  /** The token goes over the network as it is: the server is another machine, and its URL is neither https nor wss. */
  'token:exposed': (event: { readonly server: string }) => void;
  /** The function that brings the token threw; it is asked again after a while. */
  'token:failed': (event: { readonly error: unknown }) => void;
  /**
   * Messages that a group, or without `group` the loop over a tail, will never get. `reset`: the server has another
   * log than before, and reading begins anew with the oldest message; or the group was deleted and made anew.
   */
  gap: (event: (Gap | Reset) & OfQueue & Partial<OfGroup>) => void;
  /** The loop over a tail met everything below `next`: what comes from here on was just published. */
  'tail:live': (event: OfQueue & { readonly next: number }) => void;
  /**
   * Messages were taken back before their outcomes came, because their lease ended or an operator put the group
   * elsewhere: they go out again.
   */
  'lease:lost': (event: OfGroup & { readonly token: number; readonly ranges: readonly Range[] }) => void;
  /**
   * No member of the group knows this event: its messages are passed over, from this seq on, until a member does that
   * knows it. Told once for each event. `admin.groups` tells how many there are, `admin.seek` brings them back.
   */
  'passed-over': (event: OfGroup & { readonly event: string; readonly firstSeq: number }) => void;
  /**
   * The group reached its limit of unsettled messages: no member gets new ones. Emitted once, and again only after a
   * tenth of the limit was settled in between.
   */
  stalled: (event: OfGroup & { readonly unsettled: number }) => void;
  /** So many dead letters of the group are lost, by the bounds of the queue's definition. */
  'dead-letters:expired': (event: OfGroup & { readonly letters: number }) => void;
  /**
   * A handler threw, or took longer than `handlerTimeoutMs`: the message goes out again later, or to the dead letters.
   * Not told of `RetryAfter` and `DeadLetter`.
   */
  'handler:error': (
    event: OfGroup & { readonly message: AnyMessage; readonly attempt: number; readonly error: unknown },
  ) => void;
  /** A handler runs longer than a minute; emitted once per message and attempt. */
  'handler:slow': (
    event: OfGroup & { readonly message: AnyMessage; readonly attempt: number; readonly runningMs: number },
  ) => void;
  /**
   * A message goes to the dead letters: its handler threw `DeadLetter` (`rejected`), or failed for the last time
   * (`attempts_exhausted`, after `handler:error`). Not emitted when the last failure was a lost lease.
   */
  'dead-letter': (
    event: OfGroup & {
      readonly message: AnyMessage;
      readonly attempt: number;
      readonly code: 'rejected' | 'attempts_exhausted';
      readonly reason: string;
    },
  ) => void;
  /**
   * Something that no call can be told about. The server refused the connection, a subscription (then with its
   * `queue` and `group`; when it is asked again, once), a settlement. Or a message does not match this contract,
   * `contract_mismatch`: in a group it is tried again later, the loop over a tail (with its `queue`) passes over it.
   */
  error: (event: Partial<OfGroup> & { readonly error: QueueError }) => void;
};
