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
  /** An attempt to connect failed; the client tries again. */
  'connection:failed': (event: { readonly cause: Error }) => void;
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
  /** So much is unsettled in the group that nothing new goes out to any member. */
  stalled: (event: OfGroup & { readonly unsettled: number }) => void;
  /** A handler threw: the message goes out again later. Not told of `RetryAfter` and `DeadLetter`. */
  'handler:error': (
    event: OfGroup & { readonly message: AnyMessage; readonly attempt: number; readonly error: unknown },
  ) => void;
  /** A handler threw `DeadLetter`: the group gives the message up. */
  'dead-letter': (
    event: OfGroup & { readonly message: AnyMessage; readonly attempt: number; readonly reason: string },
  ) => void;
  /**
   * Something that no call can be told about. The server refused the connection, a subscription (then with its
   * `queue` and `group`; when it is asked again, once), a settlement. Or a message does not match this contract,
   * `contract_mismatch`: in a group it is tried again later, the loop over a tail (with its `queue`) passes over it.
   */
  error: (event: Partial<OfGroup> & { readonly error: QueueError }) => void;
};
