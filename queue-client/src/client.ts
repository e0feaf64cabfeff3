import type {
  BatchReceipt,
  CallInput,
  CallName,
  Contract,
  EventName,
  PayloadOfEach,
  Publication,
  Publishable,
  PublishedHeaders,
  QueueName,
} from '@typed-queue/contracts';
import type { Admin } from './administration/admin.js';
import type { Called, DurableCallName, OptionsOf, WaitOptions } from './calling/call.js';
import type { CompleteResponders } from './calling/complete-responders.js';
import type { Responders, Serving } from './calling/responder.js';
import type { SelectedCalls, ServeOptions } from './calling/serve-options.js';
import type { ConnectionState } from './connection/connection.js';
import type { Token } from './connection/token-source.js';
import type { TypedEmitter } from './emitter.js';
import type { ClientEvents } from './events.js';
import type { Complete, GivenHandlers } from './consuming/complete-handlers.js';
import type { HandlerFunction } from './consuming/handler.js';
import type { SelectedEvents, Surplus } from './consuming/selected-events.js';
import type { SubscribeOptions } from './consuming/subscribe-options.js';
import type { BatchOptions, PublishReceipt, ScheduleOptions } from './publishing/publish-options.js';
import type { Tracing } from './tracing.js';
import type { Window } from './window.js';
import type { Tail, TailMessage, TailOptions } from './tailing/tail.js';

export interface ConnectOptions {
  /** Of the queue server: `http://localhost:3333`, without a path. `http`, `https`, `ws` or `wss`. */
  readonly url: string;
  /**
   * Socket.IO path of the server; set it when a proxy serves the queue below a folder: `/queue/socket.io/`.
   * Default: `/socket.io/`.
   */
  readonly path?: string | undefined;
  /**
   * Certificates in PEM of the authorities that are trusted, instead of those that Node trusts. Only in Node: browsers
   * have their own.
   */
  readonly ca?: string | readonly string[] | undefined;
  /**
   * A text, or a function that is called at each attempt to connect, and when the server says that the last token has
   * expired or was withdrawn. The connection then continues, and nothing that is published or consumed is lost. A
   * function that throws is called again after a delay (`token:failed`). A text that has expired ends the client:
   * `auth_expired`.
   */
  readonly token?: Token | undefined;
  /**
   * Shown by the server in groups, dead letters and its log: 1 to 128 letters, digits or any of
   * `. : @ _ -`. Several clients may have the same. Default: `client-` and 8 random digits.
   */
  readonly name?: string | undefined;
  /** For subscriptions and tails that do not have their own. */
  readonly window?: Window | undefined;
  /** The most that waits for receipts, over all queues. Defaults: 100,000 messages, 64 MiB of JSON text. */
  readonly outbox?:
    { readonly maxMessages?: number | undefined; readonly maxBytes?: number | undefined } | undefined;
  /** Checks payloads before they are sent. The server checks them anyway. Default: false. */
  readonly validate?: boolean | undefined;
  /**
   * Refuses to subscribe, tail or publish, with `contract_mismatch`, when the schemas of this client do not fit the
   * server's: every event that is read must be readable (also by an upcast), and to publish, every event of the queue in
   * this contract must be writable. What cannot be decided is refused as well, **also between two sides with the same
   * schemas**: those that check what JSON Schema cannot say, such as refinements. A server of protocol version 3 or older
   * cannot be asked: `protocol_unsupported`. Default: false, `contract:differs` is emitted.
   */
  readonly requireContract?: boolean | undefined;
  /** Bounds of the wait before a new attempt to connect. Defaults: 500 and 5,000 milliseconds. */
  readonly reconnect?:
    { readonly minDelayMs?: number | undefined; readonly maxDelayMs?: number | undefined } | undefined;
  /**
   * Traces what is published and handled: `openTelemetryTracing()` of `@typed-queue/queue-client/opentelemetry`.
   * Default: none.
   */
  readonly tracing?: Tracing | undefined;
}

/**
 * A message of a batch: `event`, `payload`, and if wanted `id` or `dedupeKey`, and `headers`, as of `publish`. Where the
 * queue is one of several, it fits each of them.
 */
export type BatchMessage<C extends Contract, Q extends QueueName<C>> = {
  [N in Q]: (message: Publication<C, N, PublishedHeaders>) => void;
}[Q] extends (message: infer M) => void
  ? M
  : never;

export interface CloseOptions {
  /** How long to wait for handlers and receipts. Default: 20,000 milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** Membership in a group. */
export interface Subscription<Q extends string = string> {
  readonly queue: Q;
  readonly group: string;
  /**
   * Resolves when the server first accepts this member. Rejects when it refused permanently, or when the
   * subscription was closed before. It may be ignored: refusals are an `error` event as well.
   */
  readonly ready: Promise<void>;
  /**
   * Starts no more handlers, waits for the running ones, settles their outcomes and leaves the group. What is unsettled
   * then, or when the time is over, goes to other members at once, and the signals of its handlers abort.
   *
   * A handler may call and await it: the promise then resolves when every other handler is settled, and the member
   * leaves after this handler returned. (Browsers cannot identify the caller: there this applies to every call made
   * while handlers run.)
   */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * A client of a queue server, and the emitter of its events. A client of more queues is one of fewer as well.
 *
 * Without a listener, these events are logged to the console, one line each, rate limited: `connection:failed` (the first
 * of an outage), `token:exposed`, `token:failed`, `handler:error`, `call:error`, `handler:slow`, `dead-letter` and `error`. Errors
 * thrown by listeners are logged there as well.
 */
export interface QueueClient<out C extends Contract> extends TypedEmitter<ClientEvents<QueueName<C>>> {
  /** Shown by the server in groups, dead letters and its log. */
  readonly name: string;
  readonly state: ConnectionState;
  /** Administration of queues and groups. */
  readonly admin: Admin<C>;

  /**
   * Publishes a message; resolves when it is as durable as the receipt says. Calls may overlap freely: the order of
   * the calls is the order in the queue. While the server cannot be reached or refuses temporarily, messages
   * wait and are sent again, without duplicates. Where the queue or the event is one of several, the payload fits each of
   * them; correlated ones pass through a generic function.
   *
   * With `delayMs` or `deliverAt` the message is published later: the promise resolves with a `ScheduledReceipt` when it
   * waits at the server, as durably as that says. It gets its seq when it is due.
   *
   * Rejects with a QueueError: `request_invalid`, `payload_invalid`, `message_invalid`, `message_too_large`, `queue_unknown`,
   * `event_unknown`, `seq_conflict`, `message_cancelled`, `outbox_full`, `aborted`, `outcome_unknown`, `closed`, or whatever the server refuses permanently.
   */
  publish<
    Q extends keyof C & string,
    E extends keyof C[Q]['events'] & string,
    P extends Publishable<PayloadOfEach<C, Q, E>> = Publishable<PayloadOfEach<C, Q, E>>,
    Delay extends number | undefined = undefined,
    At extends Date | number | undefined = undefined,
  >(
    queue: Q,
    event: E,
    payload: NoInfer<P>,
    options?: ScheduleOptions<Delay, At>,
  ): Promise<PublishReceipt<Delay, At>>;

  /**
   * Publishes 1 to 4,096 messages, together at most 4 MiB, all or none: they are one record of the log, also when the
   * server is killed. Otherwise like `publish`: the batch has its place among the other calls, and is sent again without
   * duplicates. Messages whose id or dedupe key is known are duplicates in the receipt; the others are stored together.
   *
   * Rejects as `publish` does, and with `frame_too_large`. One wrong message refuses all: the error is that of the first,
   * with its `index` and `event` in the details. `protocol_unsupported` on servers of protocol version 3 or older.
   */
  publishBatch<Q extends keyof C & string, M extends BatchMessage<C, Q> = BatchMessage<C, Q>>(
    queue: Q,
    messages: readonly NoInfer<M>[],
    options?: BatchOptions,
  ): Promise<BatchReceipt>;

  /**
   * Joins a group of consumers and hands its messages to a handler: a function of all events, or a map with one for
   * each. A handler that returns (or whose promise resolves) acknowledges its message. One that throws has it
   * delivered again later: throw what `fail` of its context makes for a failure that the contract declares, `RetryAfter` to
   * say when, `DeadLetter` to give it up with a reason. At least once: a message may come again. Messages of one ordering key (`headers.key`) are handled one after the other.
   *
   * With `events` the group wants only these: the handler gets no others, and a map has exactly these. Where the queue is
   * one of several, each of them has these events. A message that
   * does not match this client's contract is retried and then goes to the dead letters, with an `error` event, `contract_mismatch`.
   * @throws QueueError `closed`, `queue_unknown`, `event_unknown`, `request_invalid`
   */
  subscribe<
    Q extends keyof C & string,
    const O extends SubscribeOptions<keyof C[Q]['events'] & string>,
    E extends EventName<C, Q> = SelectedEvents<O, EventName<C, Q>>,
    H extends HandlerFunction<C, Q, E> | GivenHandlers<C, Q, E> =
      HandlerFunction<C, Q, E> | GivenHandlers<C, Q, E>,
  >(
    queue: Q,
    options: O & Surplus<O, SubscribeOptions>,
    handler: H & Complete<H, keyof H, NoInfer<E>>,
  ): Subscription<Q>;

  /**
   * Reads every message of a queue from a position on, in order; what is missing is reported as a gap. The server keeps
   * no state for it. Begins at once: what arrives waits, within the window, for the loop.
   *
   *     for await (const message of queue.tail('database', { from: 'start' })) { … }
   *
   * The loop ends with the tail, and throws what the server refuses permanently, or `aborted`.
   * @throws QueueError `closed`, `queue_unknown`, `event_unknown`, `request_invalid`
   */
  tail<
    Q extends keyof C & string,
    const O extends TailOptions<keyof C[Q]['events'] & string> = TailOptions,
    E extends EventName<C, Q> = SelectedEvents<O, EventName<C, Q>>,
  >(
    queue: Q,
    options?: O & Surplus<O, TailOptions>,
  ): Tail<TailMessage<C, Q, E>>;

  /**
   * Makes a call, and returns a promise of its output; its field `answer` is a promise that never rejects. A streaming call
   * returns its outputs for a loop: the call begins with the loop, and leaving the loop cancels it.
   *
   *     const { reservation } = await queue.call('stock', 'reserve', { sku, count });
   *     const answer = await queue.call('stock', 'reserve', { sku, count }).answer;
   *     for await (const { delta } of queue.call('stock', 'movements', { sku })) { … }
   *
   * Rejects, and the loop throws, as the contract declares, with a `DeclaredFailure`, or with a QueueError: `deadline_exceeded`;
   * `no_responder`; `call_failed`, when the responder failed in no declared way; `outcome_unknown`, when the connection was
   * lost after the call was sent and it is neither idempotent nor durable; and others of `CallErrorCode`. While the server
   * cannot be reached or refuses temporarily, calls wait until their time is over. A durable call goes on without its caller.
   */
  call<
    Q extends keyof C & string,
    K extends CallName<C, Q>,
    P extends Publishable<CallInput<C, Q, K>> = Publishable<CallInput<C, Q, K>>,
  >(
    queue: Q,
    name: K,
    input: NoInfer<P>,
    options?: OptionsOf<C, Q, K>,
  ): Called<C, Q, K>;

  /**
   * Waits for the answer of a durable call that was made with this id, by this principal: before a restart of this program,
   * say. Rejects as `call` does, and with `call_gone` when it was never stored, or its answer is no longer kept.
   *
   *     const { reservation } = await queue.attach('stock', 'reserve', `reserve-${orderId}`);
   */
  attach<Q extends keyof C & string, K extends DurableCallName<C, Q>>(
    queue: Q,
    name: K,
    id: string,
    options?: WaitOptions,
  ): Called<C, Q, K>;

  /**
   * Answers calls of a queue with a map that has a function for each: its output is the answer, or of a streaming call an
   * iterable of outputs. Throw what `fail` of its context makes for a failure that the contract declares; anything else
   * that is thrown is `call_failed` for the caller, and a `call:error` here. Other clients that serve the same calls share
   * them.
   *
   *     queue.serve('stock', {
   *       reserve: async ({ sku, count }, { fail, signal }) => { … throw fail('sold_out', { left: 3 }); … },
   *       movements: async function* ({ sku }) { … },
   *     });
   * @throws QueueError `closed`, `queue_unknown`, `call_unknown`, `request_invalid`
   */
  serve<
    Q extends keyof C & string,
    const O extends ServeOptions<CallName<C, Q>> = ServeOptions,
    K extends CallName<C, Q> = SelectedCalls<O, CallName<C, Q>>,
    R = unknown,
  >(
    queue: Q,
    responders: CompleteResponders<R, Responders<C, Q, NoInfer<K>>, NoInfer<K>>,
    options?: O & Surplus<O, ServeOptions>,
  ): Serving<Q>;

  /**
   * Ends the tails, closes the subscriptions, ends serving, waits for the receipts of what was published (running handlers may still publish),
   * and disconnects. What has no receipt when the time is over rejects with `closed`, or with `outcome_unknown`
   * when it was sent, and so do calls without an answer. A handler may call it, as it may close its subscription.
   */
  close(options?: CloseOptions): Promise<void>;
}
