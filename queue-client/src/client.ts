import type { Contract, EventName, Headers, Payload, QueueName, Receipt } from '@typed-queue/contracts';
import type { Admin } from './administration/admin.js';
import type { ConnectionState } from './connection/connection.js';
import type { ClientEvents } from './events.js';
import type { Handler } from './consuming/handler.js';
import type { SubscribeOptions, Window } from './consuming/subscribe-options.js';
import type { Tail, TailMessage, TailOptions } from './tailing/tail.js';

export interface ConnectOptions {
  /** Of the queue server: `http://localhost:3333`. */
  readonly url: string;
  /** What the client shows the server. */
  readonly token?: string | undefined;
  /**
   * What the server shows of this client in groups, dead letters and its log: 1 to 128 letters, digits or any of
   * `. : @ _ -`. Several clients may have the same. Default: `client-` and 8 random digits.
   */
  readonly name?: string;
  /** For subscriptions and tails that do not have their own. */
  readonly window?: Window;
  /** What may wait for its receipt, over all queues. Defaults: 100,000 messages, 64 MiB of JSON text. */
  readonly outbox?: { readonly maxMessages?: number; readonly maxBytes?: number };
  /** Checks payloads before they are sent. The server checks them anyway. Default: false. */
  readonly validate?: boolean;
  /** Bounds of the wait before a new attempt to connect. Defaults: 500 and 5,000 milliseconds. */
  readonly reconnect?: { readonly minDelayMs?: number; readonly maxDelayMs?: number };
}

export interface PublishOptions {
  /**
   * A UUID. A message whose id the server knows, as one of the last 100,000 or of the last 5 minutes of its queue,
   * whichever is less, is not stored again. Default: a new one.
   */
  readonly id?: string;
  readonly headers?: Headers;
  /** Gives up: rejects with `aborted`, or with `outcome_unknown` when the message was sent already. */
  readonly signal?: AbortSignal | undefined;
}

export interface CloseOptions {
  /** How long to wait for what is under way. Default: 20,000 milliseconds. */
  readonly timeoutMs?: number;
}

/** Membership in a group. */
export interface Subscription {
  readonly queue: string;
  readonly group: string;
  /**
   * Resolves when the server has this member for the first time. Rejects when it refused for good, or when the
   * subscription was closed before; this may be ignored, an `error` event tells of refusals as well.
   */
  readonly ready: Promise<void>;
  /**
   * Starts no more handlers, waits for those at work, tells their outcomes and leaves the group. What is unsettled
   * then, or when the time is over, goes to other members at once, and the signals of its handlers abort.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** A client of a queue server. */
export interface QueueClient<C extends Contract> {
  /** What the server shows of this client: in groups, dead letters and its log. */
  readonly name: string;
  readonly state: ConnectionState;
  /** Looks after queues and groups. */
  readonly admin: Admin<C>;

  /**
   * Publishes a message; resolves when it is as durable as the receipt says. Calls may overlap freely: the order of
   * the calls is the order in the queue. While the server cannot be reached or refuses for the moment, messages
   * wait and are sent again, without duplicates.
   *
   * Rejects with a QueueError: `payload_invalid`, `message_invalid`, `message_too_large`, `queue_unknown`,
   * `event_unknown`, `outbox_full`, `aborted`, `outcome_unknown`, `closed`, or whatever the server refuses for good.
   */
  publish<Q extends QueueName<C>, E extends keyof C[Q]['events'] & string>(
    queue: Q,
    event: E,
    payload: Payload<C, Q, E>,
    options?: PublishOptions,
  ): Promise<Receipt>;

  /**
   * Joins a group of consumers and hands its messages to a handler: a function of all events, or a map with one for
   * each. A handler that returns (or whose promise resolves) acknowledges its message. One that throws has it
   * delivered again later: throw `RetryAfter` to say when, `DeadLetter` to give it up with a reason. At least once: a
   * message may come again. Messages of one ordering key (`headers.key`) are handled one after the other.
   *
   * With `events` the group wants only these: the handler gets no others, and a map has exactly these. A message that
   * does not match this client's contract goes to the dead letters, told as an `error` event, `contract_mismatch`.
   * @throws QueueError `closed`, `queue_unknown`, `request_invalid`
   */
  subscribe<Q extends QueueName<C>, const E extends EventName<C, Q> = EventName<C, Q>>(
    queue: Q,
    options: SubscribeOptions<E>,
    handler: NoInfer<Handler<C, Q, E>>,
  ): Subscription;

  /**
   * Reads every message of a queue from a position on, in order and without a gap that is not told; the server keeps
   * nothing for it. Begins at once: what arrives waits, within the window, for the loop.
   *
   *     for await (const message of queue.tail('database', { from: 'start' })) { … }
   *
   * The loop ends with the tail, and throws what the server refuses for good, or `aborted`.
   * @throws QueueError `closed`, `queue_unknown`, `event_unknown`
   */
  tail<Q extends QueueName<C>, E extends EventName<C, Q> = EventName<C, Q>>(
    queue: Q,
    options?: TailOptions<E>,
  ): Tail<TailMessage<C, Q, E>>;

  /** Listens. What a listener throws, and an `error` that nobody listens for, is written to the console. */
  on<E extends keyof ClientEvents>(event: E, listener: ClientEvents[E]): this;
  once<E extends keyof ClientEvents>(event: E, listener: ClientEvents[E]): this;
  off<E extends keyof ClientEvents>(event: E, listener: ClientEvents[E]): this;

  /**
   * Ends the tails, closes the subscriptions, waits for the receipts of what was published (handlers at work may still publish),
   * and disconnects. What has no receipt when the time is over rejects with `closed`, or with `outcome_unknown`
   * when it was sent.
   */
  close(options?: CloseOptions): Promise<void>;
}
