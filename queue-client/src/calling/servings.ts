import { QueueError, type AnyQueue } from '@typed-queue/contracts';
import type { Requests } from '../connection/requests.js';
import type { ClientSocket } from '../connection/socket.js';
import type { Deadline } from '../deadline.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import type { Tracing } from '../tracing.js';
import { QueueServing } from './queue-serving.js';
import { Replies } from './replies.js';
import type { ResponderMap } from './responder.js';
import type { AnyInvocation, RunningInvocation } from './running-invocation.js';
import { DEFAULT_CONCURRENCY, type ServeOptions } from './serve-options.js';

export interface ServingsDeps {
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'defer' | 'soon' | 'after' | 'random' | 'now' | 'wallNow' | 'scope'>;
  readonly emitter: Emitter<ClientEvents>;
  readonly tracing?: Tracing | undefined;
}

/** The responders of a client, and what they are answering. */
export class Servings {
  readonly #deps: ServingsDeps;
  readonly #replies: Replies;
  readonly #servings = new Map<string, QueueServing>();
  /** The invocations of the present connection, by token. */
  readonly #running = new Map<number, RunningInvocation>();
  /** Counts connections. */
  #connection = 0;
  #opened = 0;
  #online = false;

  constructor(deps: ServingsDeps) {
    this.#deps = deps;
    this.#replies = new Replies(deps);
  }

  /** Whether responders are running. */
  get busy(): boolean {
    return [...this.#servings.values()].some(({ busy }) => busy);
  }
  /** Whether the caller is a responder, as far as the platform knows. */
  get calling(): boolean {
    return [...this.#servings.values()].some(({ calling }) => calling);
  }

  /** The responders and options were checked. */
  open(definition: AnyQueue, given: unknown, options: ServeOptions<string>): QueueServing {
    const queue = definition.name;
    // Safe: it was checked, and each function gets only inputs of its call that match the contract.
    const responders = traced(given as ResponderMap, queue, this.#deps.tracing);
    const { concurrency = DEFAULT_CONCURRENCY, calls = Object.keys(responders) } = options;
    const responder = `${queue}/${++this.#opened}`;
    const serving = new QueueServing({
      ...this.#deps,
      request: { responder, queue, calls, concurrency },
      definition,
      responders,
      delivered: () => this.#replies.delivered(),
      onEnd: () => this.#servings.delete(responder),
    });
    this.#servings.set(responder, serving);
    if (this.#online) serving.online();
    return serving;
  }

  listen(socket: Pick<ClientSocket, 'on'>): void {
    socket.on('invocations', (responder, invocations) => {
      const serving = this.#servings.get(responder);
      if (serving === undefined) return;
      for (const invocation of invocations) this.#invoke(serving, invocation);
    });
    socket.on('invocation:end', (tokens) => {
      const reason = new QueueError('aborted', 'Nobody waits for the answer any more.');
      for (const token of tokens) this.#running.get(token)?.abort(reason);
    });
    socket.on('invocation:more', (token, items) => this.#running.get(token)?.more(items));
  }

  online(): void {
    this.#online = true;
    for (const serving of this.#servings.values()) serving.online();
  }

  offline(): void {
    const reason = new QueueError('outcome_unknown', 'The connection ended: nobody gets the answer.');
    this.#online = false;
    this.#connection++;
    this.#replies.offline();
    for (const running of this.#running.values()) running.abort(reason);
    this.#running.clear();
    for (const serving of this.#servings.values()) serving.offline();
  }

  /** Resolves when the server has what the responders replied. */
  async leave(deadline: Deadline): Promise<void> {
    await Promise.all([...this.#servings.values()].map((serving) => serving.leave(deadline)));
  }

  /** For a responder that closes the client: resolves when no other responder runs. */
  async othersSettled(deadline: Deadline): Promise<void> {
    await Promise.all(
      [...this.#servings.values()].map((serving) =>
        serving.calling ? serving.othersIdle() : serving.leave(deadline),
      ),
    );
  }

  /** The server refused this client permanently, or it is closed. */
  fail(error: QueueError): void {
    this.offline();
    for (const serving of this.#servings.values()) serving.fail(error);
  }

  #invoke(serving: QueueServing, invocation: AnyInvocation): void {
    const { token } = invocation;
    const connection = this.#connection;
    const isPresent = (): boolean => connection === this.#connection;
    const running = serving.invoked(invocation, {
      reply: (reply) => {
        if (isPresent()) this.#replies.add(reply, reply.kind !== 'item' && this.#running.size <= 1);
      },
      onEnd: () => {
        if (isPresent()) this.#running.delete(token);
      },
    });
    this.#running.set(token, running);
  }
}

const traced = (responders: ResponderMap, queue: string, tracing: Tracing | undefined): ResponderMap => {
  if (tracing === undefined) return responders;
  const all = Object.entries(responders);
  return Object.fromEntries(all.map(([call, respond]) => [call, tracing.responder(respond, queue, call)]));
};
