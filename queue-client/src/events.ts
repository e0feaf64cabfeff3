import type { AnyMessage, Gap, QueueError, Range } from '@typed-queue/contracts';

interface OfGroup {
  readonly queue: string;
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
  /** Messages that a group will never get. */
  gap: (event: Gap & OfGroup) => void;
  /** A lease ended before the outcomes of these messages came: they go out again. */
  'lease:lost': (event: OfGroup & { readonly token: number; readonly ranges: readonly Range[] }) => void;
  /** A handler threw: the message goes out again later. Not told of `RetryAfter`. */
  'handler:error': (
    event: OfGroup & { readonly message: AnyMessage; readonly attempt: number; readonly error: unknown },
  ) => void;
  /**
   * The server refused something that no call can be told about: the connection, a subscription (then with its
   * `queue` and `group`), a settlement.
   */
  error: (event: Partial<OfGroup> & { readonly error: QueueError }) => void;
};
