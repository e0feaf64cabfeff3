import { QueueError, type Contract } from '@typed-queue/contracts';
import {
  failed,
  type CallEnd,
  type Invocation,
  type Reply,
  type StreamPart,
} from '@typed-queue/contracts/wire';
import type { HandedOut, Invoked, RespondingConnection } from '../calls/open-call.js';
import type { QueueCalls } from '../calls/queue-calls.js';
import type { Calls } from '../calls/calls.js';
import type { CallGuard, CallRule } from '../guard/call-guard.js';
import { parseReplies, parseReply, parseResponder, parseServe } from '../guard/call-requests.js';
import type { Connection } from './connection.js';
import { GatheredPackets } from './gathered-packets.js';

type AnyInvocation = Invocation<Contract, string>;

/** A responder of this connection. */
interface Serving {
  readonly queue: string;
  readonly served: ReadonlyMap<string, CallRule>;
  readonly calls: QueueCalls;
  readonly id: string;
}

/** An invocation that has no final reply yet. */
interface Open {
  readonly rule: CallRule;
  readonly guard: CallGuard;
  readonly reply: HandedOut['reply'];
}

/** The responders of one connection, and what they were handed. */
export class Responding {
  readonly #connection: Connection;
  readonly #calls: Calls;
  readonly #responders = new Map<string, Serving>();
  /** Those that get no more, and have calls to answer. */
  readonly #leaving = new Set<Serving>();
  readonly #open = new Map<number, Open>();
  readonly #ended: GatheredPackets<number>;
  #lastToken = 0;
  #lastId = 0;

  constructor(connection: Connection, calls: Calls) {
    this.#connection = connection;
    this.#calls = calls;
    this.#ended = new GatheredPackets({
      send: (tokens) => connection.socket.emit('invocation:end', tokens),
      isSuspended: () => connection.sendBuffer.isSuspended,
    });
  }

  /** @throws QueueError `request_invalid`, `queue_unknown`, `forbidden`, `call_unknown`, `subscription_exists` */
  serve(input: unknown, limit: number): null {
    const { responder, queue: name, calls, concurrency } = parseServe(input);
    const queue = this.#connection.guard.queue(name);
    this.#checkNew(responder, limit);
    const served = new Map(calls.map((call) => [call, queue.calls.served(call)]));
    this.#calls.checkOpen();
    const queueCalls = this.#calls.of(queue.name);
    const id = `${this.#connection.socket.id} ${++this.#lastId}`;
    this.#responders.set(responder, { queue: queue.name, served, calls: queueCalls, id });
    const connection = this.#responder(responder, { id, concurrency, served, guard: queue.calls });
    // The answer is sent before the first invocation.
    setImmediate(() => {
      if (this.#responders.get(responder)?.id === id) queueCalls.serve(connection);
    });
    return null;
  }

  /** @throws QueueError `subscription_unknown` */
  end(input: unknown): null {
    const name = parseResponder(input);
    const serving = this.#responders.get(name);
    if (serving === undefined) throw unknownResponder(name);
    this.#responders.delete(name);
    this.#leaving.add(serving);
    serving.calls.leave(serving.id);
    this.#forgetIdle();
    return null;
  }

  /** Its responders are handed out nothing more. */
  endAll(): void {
    for (const responder of [...this.#responders.keys()]) this.end(responder);
  }

  /** Whether all that was handed out is answered. */
  get isIdle(): boolean {
    return this.#open.size === 0;
  }

  /** A wrong reply ends its invocation with an error, so that its caller does not wait in vain. */
  replies(input: unknown): null {
    let wrong: Error | undefined;
    const replies = parseReplies(input);
    if (!replies.some(({ token }) => this.#open.has(token))) this.#connection.rate.takeControl(0);
    for (const each of replies) {
      try {
        this.#reply(parseReply(each));
      } catch (error) {
        wrong ??= error instanceof Error ? error : new Error(String(error));
        this.#end(each.token, wrongReply(error));
      }
    }
    if (wrong !== undefined) throw wrong;
    return null;
  }

  /** There may be credit again, or the token was replaced. */
  resume(): void {
    this.#ended.flush();
    for (const { calls, id } of this.#responders.values()) calls.resume(id);
  }

  /** Whether the principal may serve all that this connection serves. */
  get isPermitted(): boolean {
    const { guard } = this.#connection;
    return [...this.#responders.values()].every(
      ({ queue, served }) =>
        guard.knows(queue) && [...served.keys()].every((call) => guard.queue(queue).calls.mayServe(call)),
    );
  }

  /** The connection is closed. */
  close(): void {
    const all = [...this.#responders.values(), ...this.#leaving];
    this.#responders.clear();
    this.#leaving.clear();
    this.#open.clear();
    for (const { calls, id } of all) calls.lost(id);
  }

  #checkNew(responder: string, limit: number): void {
    if (this.#responders.has(responder)) throw existingResponder(responder);
    if (this.#responders.size < limit) return;
    const text = `This connection has ${limit} responders, so "${responder}" cannot be one. Use another connection, or raise MAX_SUBSCRIPTIONS_PER_CONNECTION of the server.`;
    throw new QueueError('subscription_limit', text, { details: { limit } });
  }

  #responder(
    name: string,
    {
      id,
      concurrency,
      served,
      guard,
    }: Pick<RespondingConnection, 'id' | 'concurrency'> & {
      readonly served: Serving['served'];
      readonly guard: CallGuard;
    },
  ): RespondingConnection {
    const { socket, sendBuffer, identity } = this.#connection;
    const invocations = new GatheredPackets<AnyInvocation>({
      send: (gathered) => socket.emit('invocations', name, gathered),
      isSuspended: () => false,
    });
    return {
      id,
      client: identity.name,
      calls: new Set(served.keys()),
      concurrency,
      isReady: () => sendBuffer.credit() > 0,
      invoke: (invocation) => {
        const rule = served.get(invocation.name);
        if (rule === undefined) throw new Error(`the responder does not serve "${invocation.name}"`);
        return this.#invoke(invocation, { rule, guard, reply: invocation.reply }, invocations);
      },
    };
  }

  #invoke(
    { name, input, headers, attempt, id, remainingMs, window }: HandedOut,
    open: Open,
    invocations: GatheredPackets<AnyInvocation>,
  ): Invoked {
    const token = ++this.#lastToken;
    this.#open.set(token, open);
    const invocation = {
      token,
      call: name,
      input,
      headers,
      attempt,
      callKey: id,
      remainingMs,
      ...(window !== undefined && { window }),
    };
    invocations.add(invocation, input.length);
    return {
      end: () => this.#ended.add(token, 0),
      more: (items) => this.#connection.socket.emit('invocation:more', token, items),
    };
  }

  #reply({ token, ...reply }: Reply): void {
    const open = this.#open.get(token);
    // The connection was lost before, or the reply was sent twice.
    if (open === undefined) return;
    const checked = open.guard.reply(open.rule, reply);
    if (checked.kind === 'item') open.reply(checked);
    else this.#end(token, checked);
    if (checked !== reply && checked.kind === 'error') throw QueueError.fromBody(checked.error);
  }

  #end(token: number, end: CallEnd | StreamPart): void {
    const open = this.#open.get(token);
    this.#open.delete(token);
    open?.reply(end);
    this.#forgetIdle();
  }

  #forgetIdle(): void {
    for (const serving of this.#leaving) if (!serving.calls.has(serving.id)) this.#leaving.delete(serving);
  }
}

export const unknownResponder = (name: string): QueueError =>
  new QueueError('subscription_unknown', `This connection has no responder "${name}".`);

export const existingResponder = (name: string): QueueError =>
  new QueueError('subscription_exists', `This connection already has a responder "${name}".`);

const wrongReply = (thrown: unknown): CallEnd => {
  const { error } = failed(thrown);
  return {
    kind: 'error',
    error: new QueueError('answer_invalid', `Its reply was refused: ${error.message}`).toJSON(),
  };
};
