import { QueueError, type JsonText, type ResponderStatus } from '@typed-queue/contracts';
import type { CallEnd, StreamPart } from '@typed-queue/contracts/wire';
import { transition, type CallEvent, type CallResult, type CallState } from './call-state.js';
import {
  OpenCall,
  type CallClock,
  type Caller,
  type MadeCall,
  type NewCall,
  type RespondingConnection,
} from './open-call.js';
import { Responders, type Responder } from './responders.js';

/** How long a call waits for somebody who answers calls of its name, so that a deploy fails none. Milliseconds. */
const WAIT_FOR_RESPONDER_MS = 2_000;
/** How long after the start of the server responders may take to come back: clients wait up to 5 s between two attempts. */
const RECONNECT_MS = 7_000;

interface QueueCallsDeps extends CallClock {
  /** A call that is not durable ended. */
  readonly onEnd: (call: string, result: CallResult) => void;
  /** Somebody answers these from now on. */
  readonly onServed?: (calls: ReadonlySet<string>) => void;
}

/** What waits and runs of one call name, and who serves it. */
export interface CallLoad {
  readonly waiting: number;
  readonly running: number;
  readonly responders: readonly ResponderStatus[];
}

/** Shown of a call. */
const MAX_RESPONDERS = 100;

/** The calls of one queue that wait for responders or are with them. */
export class QueueCalls {
  readonly #deps: QueueCallsDeps;
  /** When all clients had time to come back after the start. */
  readonly #reconnectedAt: number;
  readonly #responders = new Responders<RespondingConnection>();
  /** By name, in the order in which they began to wait. */
  readonly #waiting = new Map<string, Set<OpenCall>>();
  /** By responder. */
  readonly #running = new Map<string, Set<OpenCall>>();

  constructor(deps: QueueCallsDeps) {
    this.#deps = deps;
    this.#reconnectedAt = deps.now() + RECONNECT_MS;
  }

  call(made: NewCall, caller: Caller): MadeCall {
    const call = new OpenCall(made, caller, this.#deps);
    call.timers.start('deadline', made.timeoutMs, () => this.#change(call, { kind: 'expired' }));
    this.#wait(call);
    return {
      cancel: (why) => this.#change(call, { kind: 'cancelled', why }),
      leave: () => this.#change(call, { kind: 'cancelled' }),
      more: (items) => call.takeMore(items),
    };
  }

  serve(connection: RespondingConnection): void {
    this.#running.set(connection.id, new Set());
    this.#responders.add(connection);
    for (const name of connection.calls) {
      for (const call of this.#waiting.get(name) ?? []) call.timers.stop('unanswered');
    }
    this.resume(connection.id);
    this.#deps.onServed?.(connection.calls);
  }

  /** Whether anybody answers a call, free or not. */
  answers(name: string): boolean {
    return this.#responders.answers(name);
  }

  /** A responder gets nothing more, and answers what it has. */
  leave(id: string): void {
    const connection = this.#responders.get(id);
    this.#responders.leave(id);
    this.#awaitOthers(connection);
    this.#removeIdle(id);
  }

  /** A responder is gone, with what it has. */
  lost(id: string): void {
    const connection = this.#responders.get(id);
    const running = this.#running.get(id) ?? [];
    this.#responders.remove(id);
    this.#running.delete(id);
    for (const call of running)
      this.#change(call, { kind: 'lost', responder: id, idempotent: call.made.idempotent });
    this.#awaitOthers(connection);
  }

  /** A responder has free places, or its connection takes more again: hands out what waits, the oldest first. */
  resume(id: string): void {
    for (const name of this.#responders.get(id)?.calls ?? []) {
      for (const call of this.#waiting.get(name) ?? []) if (!this.#handOut(call)) break;
    }
  }

  load(name: string): CallLoad {
    const running = [...this.#running.values()].flatMap((calls) => [...calls]);
    return {
      waiting: this.#waiting.get(name)?.size ?? 0,
      running: running.filter((call) => call.made.name === name).length,
      responders: this.#responders.serving(name).slice(0, MAX_RESPONDERS),
    };
  }

  /** The server is shutting down: what no responder has may be made again elsewhere. */
  drain(): void {
    for (const calls of [...this.#waiting.values()]) {
      for (const call of [...calls]) this.#change(call, { kind: 'drained' });
    }
  }

  /** Whether it serves, or has calls to answer before it is gone. */
  has(id: string): boolean {
    return this.#responders.get(id) !== undefined;
  }

  /** Whether no responder has a call. */
  get isIdle(): boolean {
    return [...this.#running.values()].every((calls) => calls.size === 0);
  }

  /** Calls that nobody answers any more wait for a new responder, but not for ever. */
  #awaitOthers(gone: Responder | undefined): void {
    for (const name of gone?.calls ?? []) {
      if (this.#responders.answers(name)) continue;
      for (const call of this.#waiting.get(name) ?? []) this.#awaitResponder(call);
    }
  }

  #wait(call: OpenCall): void {
    if (this.#responders.answers(call.made.name) && this.#handOut(call)) return;
    const { name } = call.made;
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting.add(call));
    if (!this.#responders.answers(name)) this.#awaitResponder(call);
  }

  #awaitResponder(call: OpenCall): void {
    if (call.made.durable !== undefined) return;
    const ms = Math.max(WAIT_FOR_RESPONDER_MS, this.#reconnectedAt - this.#deps.now());
    call.timers.start('unanswered', ms, () => this.#change(call, { kind: 'unanswerable' }));
  }

  /** False: no responder has a free place. */
  #handOut(call: OpenCall): boolean {
    const responder = this.#responders.take(call.made.name);
    if (responder === undefined) return false;
    this.#change(call, { kind: 'handed-out', responder: responder.id });
    return true;
  }

  #change(call: OpenCall, event: CallEvent): void {
    const before = call.state;
    const state = transition(before, event);
    if (state === before) return;
    call.state = state;
    if (before.kind === 'waiting') this.#stopWaiting(call);
    if (before.kind === 'running') this.#stopRunning(call, before.responder, event);
    this.#enter(call, state);
  }

  #enter(call: OpenCall, state: CallState): void {
    switch (state.kind) {
      case 'waiting':
        this.#wait(call);
        return;
      case 'running':
        this.#invoke(call, state.responder, state.attempt);
        return;
      case 'backing-off':
        call.timers.start('due', Math.max(0, state.dueAt - this.#deps.now()), () =>
          this.#change(call, { kind: 'due', now: state.dueAt }),
        );
        return;
      case 'ended':
        call.timers.stopAll();
        if (call.made.durable === undefined) this.#deps.onEnd(call.made.name, state.result);
        call.caller.onEnd(state.result);
        return;
      default:
        return state satisfies never;
    }
  }

  #invoke(call: OpenCall, responder: string, attempt: number): void {
    const { made, deadline, window } = call;
    this.#running.get(responder)?.add(call);
    const invoked = this.#responders.get(responder)?.invoke({
      name: made.name,
      input: made.input,
      headers: made.headers,
      attempt,
      id: made.durable?.id,
      remainingMs: Math.max(0, Math.ceil(deadline - this.#deps.now())),
      window,
      reply: (reply) => this.#replied(call, { responder, attempt }, reply),
    });
    // It may have replied at once.
    if (call.state.kind === 'running') call.invoked = invoked;
  }

  #replied(
    call: OpenCall,
    { responder, attempt }: { readonly responder: string; readonly attempt: number },
    reply: CallEnd | StreamPart,
  ): void {
    if (reply.kind === 'item') {
      this.#item(call, responder, reply.output);
      return;
    }
    this.#responders.free(responder);
    this.#change(call, {
      kind: 'replied',
      responder,
      result: reply,
      retryAt: this.#retryAt(call, attempt, reply),
    });
    this.resume(responder);
    this.#removeIdle(responder);
  }

  /** One that left is gone with its last reply. */
  #removeIdle(id: string): void {
    if (!this.#responders.isLeft(id)) return;
    this.#responders.remove(id);
    this.#running.delete(id);
  }

  /** One beyond the window ends the stream: its caller could not take it. */
  #item(call: OpenCall, responder: string, output: JsonText<unknown>): void {
    if (call.state.kind !== 'running' || call.state.responder !== responder) return;
    const { window = 0 } = call;
    if (window === 0) {
      const why = new QueueError(
        'answer_invalid',
        'The responder sent more items than the window has room for.',
      );
      this.#change(call, { kind: 'cancelled', why });
      return;
    }
    call.window = window - 1;
    call.hasItems = true;
    call.timers.stop('deadline');
    call.caller.onItem(output);
  }

  /** When a failure is retried; undefined: it is not, or its caller's time would be over. */
  #retryAt(call: OpenCall, attempt: number, reply: CallResult): number | undefined {
    const isRetried = reply.kind === 'failure' && !call.hasItems;
    const delayMs = isRetried ? call.made.retryDelayMs(reply.failure, attempt) : undefined;
    const retryAt = delayMs === undefined ? undefined : this.#deps.now() + delayMs;
    return retryAt !== undefined && retryAt < call.deadline ? retryAt : undefined;
  }

  #stopWaiting(call: OpenCall): void {
    call.timers.stop('unanswered');
    const waiting = this.#waiting.get(call.made.name);
    waiting?.delete(call);
    if (waiting?.size === 0) this.#waiting.delete(call.made.name);
  }

  /** A responder is notified that nobody waits, unless it replied or is gone. */
  #stopRunning(call: OpenCall, id: string, event: CallEvent): void {
    const { invoked } = call;
    call.invoked = undefined;
    this.#running.get(id)?.delete(call);
    if (event.kind !== 'replied' && event.kind !== 'lost') invoked?.end();
  }
}
