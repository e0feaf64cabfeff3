import type {
  AnyMessage,
  Contract,
  EventMessage,
  EventName,
  Gap,
  MessageOf,
  Position,
  QueueError,
  QueueName,
  Reset,
  Start,
} from '@typed-queue/contracts';
import type { Window } from '../window.js';

/** Annotated without `E`, it names no events; `TailOptions<'save'>` may. */
export interface TailOptions<E extends string = never> {
  /** Where it begins; a `Position` that was kept continues there. Default: `now`. */
  readonly from?: Start | Position | undefined;
  /** Only these events. Default: all. */
  readonly events?: readonly E[] | undefined;
  /** How much may wait for the loop. Default: the client's, else 1,000 messages and 4 MiB. */
  readonly window?: Window | undefined;
  /** Ends the tail: its loop throws `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** The messages of some events of a queue: a union discriminated by `event`. */
export type TailMessage<C extends Contract, Q extends QueueName<C>, E extends EventName<C, Q>> = EventMessage<
  C,
  Q,
  E
>;

/** The items of a tail, in the order of the log. */
export type TailItem<M extends AnyMessage = AnyMessage> =
  | { readonly kind: 'message'; readonly message: M }
  /** Messages that the log no longer has; or the server has another log, and the tail begins with its oldest message. */
  | { readonly kind: 'gap'; readonly gap: Gap | Reset }
  /** Everything below `next` was read: later messages were just published. Again after each reconnect. */
  | { readonly kind: 'live'; readonly next: number }
  /** A stored message that does not match this client's contract, and what is wrong with it: `contract_mismatch`. */
  | {
      readonly kind: 'invalid';
      readonly message: MessageOf<M['queue'], string, unknown>;
      readonly error: QueueError;
    };

/**
 * Every message of a queue from a position on, once and in order, over all reconnects. Iterated once, by one loop;
 * leaving the loop ends the tail. A slow loop holds back the server, and costs the client one window of memory.
 *
 * The loop over the tail itself gets messages; all other items are events of the client when the loop reaches them:
 * `gap`, `tail:live`, and `error` for an invalid message. The loop over `items()` gets everything.
 */
export interface Tail<M extends AnyMessage = AnyMessage> extends AsyncIterable<M> {
  readonly queue: M['queue'];
  /**
   * After the last item that the loop read: keep it to continue there (`from`). Undefined: the server has not said yet
   * where the tail begins.
   */
  readonly position: Position | undefined;
  /**
   * Resolves when the server has begun the tail for the first time: what is published from here on will come. Rejects
   * when it refused permanently, or when the tail ended before; this may be ignored.
   */
  readonly ready: Promise<void>;
  items(): AsyncIterableIterator<TailItem<M>>;
  /** Ends the tail, and its loop. */
  close(): void;
}
