import { QueueError, type Headers, type JsonText } from '@typed-queue/contracts';
import { DEFAULT_STREAM_WINDOW, failed, type Answered, type CallAnswer } from '@typed-queue/contracts/wire';
import type { Reservation } from '../access/budget.js';
import type { RefusalCounts } from '../access/refusal-counts.js';
import type { CallResult } from '../calls/call-state.js';
import type { Calls } from '../calls/calls.js';
import type { Caller, MadeCall, NewCall } from '../calls/open-call.js';
import type { AskedCall } from '../calls/durable/durable-calls.js';
import { failureDelayMs } from '../calls/retry-delays.js';
import type { CallRule } from '../guard/call-guard.js';
import {
  parseCall,
  parseCallId,
  parseCallIds,
  parseCalls,
  parseItems,
  parseMadeCall,
} from '../guard/call-requests.js';
import type { QueueGuard } from '../guard/guard.js';
import { forbidden } from '../guard/message-guard.js';
import type { Connection } from './connection.js';
import { GatheredPackets } from './gathered-packets.js';

/** Of one connection. */
const MAX_OPEN = 10_000;
/** What a call takes in memory beside its input, about. */
const CALL_BYTES = 1_024;

interface OpenCall {
  readonly rule: CallRule;
  readonly made: MadeCall;
}

export interface CallingDeps {
  readonly calls: Calls;
  readonly refusals: Pick<RefusalCounts, 'add'>;
}

/** A call as its caller asked for it. */
interface Asked {
  /** Absent: of a durable call, that of this `callId` is waited for. */
  readonly input?: JsonText<unknown> | undefined;
  readonly headers?: Headers | undefined;
  readonly timeoutMs?: number;
  readonly window?: number | undefined;
  readonly callId?: string | undefined;
  readonly key?: string | undefined;
}

/** The calls that one connection makes. */
export class Calling {
  readonly #connection: Connection;
  readonly #deps: CallingDeps;
  /** Those of `calls`, by the numbers of their caller. */
  readonly #byId = new Map<number, OpenCall>();
  /** Those of `call`. */
  readonly #single = new Set<OpenCall>();
  readonly #answers: GatheredPackets<Answered>;

  constructor(connection: Connection, deps: CallingDeps) {
    this.#connection = connection;
    this.#deps = deps;
    this.#answers = new GatheredPackets({
      send: (answers) => connection.socket.emit('answers', answers),
      isSuspended: () => connection.sendBuffer.isSuspended,
    });
  }

  /** One call; resolves with its answer. @throws QueueError whatever it ended with, and as `calls` refuses */
  call(name: unknown, input: unknown): Promise<CallAnswer> {
    const { call, input: value, ...options } = parseCall(input);
    const queue = this.#connection.guard.queue(name);
    const rule = queue.calls.made(call);
    if (rule.declaration.answering.kind === 'stream') {
      throw new QueueError('request_invalid', `"${call}" is a stream: it is called by "calls".`);
    }
    return new Promise((resolve, reject) => {
      const asked = { ...options, ...(value !== undefined && { input: textOf(value) }) };
      const onEnd = (result: CallResult): void => {
        this.#single.delete(open);
        settle(result, resolve, reject);
      };
      const open = { rule, made: this.#make(queue, rule, asked, { onItem: () => undefined, onEnd }) };
      this.#single.add(open);
    });
  }

  /** Several calls: each is answered by itself. */
  calls(name: unknown, input: unknown): null {
    const calls = parseCalls(input);
    const queue = this.#connection.guard.queue(name);
    for (const call of calls) {
      try {
        this.#callOne(queue, call);
      } catch (error) {
        this.#refuse(call.id, error);
      }
    }
    return null;
  }

  /** A request for several calls was refused as a whole. */
  refuseAll(input: unknown, error: unknown): void {
    if (!Array.isArray(input)) return;
    for (const call of input as readonly unknown[]) {
      const id = typeof call === 'object' && call !== null && 'id' in call ? call.id : undefined;
      if (typeof id === 'number' && Number.isSafeInteger(id) && !this.#byId.has(id)) this.#refuse(id, error);
    }
  }

  cancel(input: unknown): null {
    const open = parseCallIds(input).flatMap((id) => this.#byId.get(id) ?? []);
    if (open.length === 0) this.#connection.rate.takeControl(0);
    for (const { made } of open) made.cancel();
    return null;
  }

  more(id: unknown, items: unknown): null {
    const [open, more] = [this.#byId.get(parseCallId(id)), parseItems(items)];
    const taken = open?.made.more(more) ?? false;
    if (!taken) this.#connection.rate.takeControl(0);
    return null;
  }

  /** The token was replaced, or the rights changed. */
  review(): void {
    const { guard } = this.#connection;
    for (const { rule, made } of [...this.#byId.values(), ...this.#single]) {
      const isPermitted = guard.knows(rule.queue) && guard.queue(rule.queue).calls.mayCall(rule.name);
      if (!isPermitted) made.cancel(forbidden('call', rule.queue, { event: rule.name }));
    }
    this.#answers.flush();
  }

  /** Whether no call is open; durable ones have their answers on another connection as well. */
  get isIdle(): boolean {
    return [...this.#byId.values(), ...this.#single].every(
      ({ rule }) => rule.declaration.answering.kind === 'durable',
    );
  }

  /** The connection is closed: nobody waits any more. */
  close(): void {
    for (const { made } of [...this.#byId.values(), ...this.#single]) made.leave();
  }

  #callOne(queue: QueueGuard, input: { readonly id: number }): void {
    const asked = parseMadeCall(input);
    const { id } = asked;
    if (this.#byId.has(id)) {
      throw new QueueError('request_invalid', `This connection has an open call ${id} already.`);
    }
    const rule = queue.calls.made(asked.call);
    const caller: Caller = {
      onItem: (output) => this.#answer({ id, kind: 'item', output }),
      onEnd: (result) => {
        this.#byId.delete(id);
        this.#answer(answeredBy(id, result));
      },
    };
    const made = this.#make(queue, rule, asked, caller);
    this.#byId.set(id, { rule, made });
  }

  /** @throws QueueError `draining`, `overloaded`, and as the guard refuses */
  #make(queue: QueueGuard, rule: CallRule, asked: Asked, caller: Caller): MadeCall {
    const { calls } = this.#deps;
    calls.checkOpen();
    if (this.#byId.size + this.#single.size >= MAX_OPEN) {
      throw new QueueError(
        'overloaded',
        `This connection has ${MAX_OPEN} open calls already. Wait for some of them.`,
        { details: { limit: MAX_OPEN } },
      );
    }
    const { input, headers } = asked;
    if (input !== undefined) queue.calls.checkInput(rule, input, headers);
    const reserved = this.#connection.account.acquire((input?.length ?? 0) + CALL_BYTES);
    const releasing = releasingAtEnd(reserved, caller);
    if (rule.declaration.answering.kind !== 'durable') {
      return calls.of(queue.name).call(newCall(rule, asked), releasing);
    }
    const principal = this.#connection.tokenValidity.principal.name;
    return calls.durable(queue.name).make(durableCall(rule, asked, principal), releasing);
  }

  #refuse(id: number, thrown: unknown): void {
    const { error } = failed(thrown);
    this.#deps.refusals.add(error.code);
    this.#answer({ id, kind: 'error', error });
  }

  #answer(answer: Answered): void {
    this.#answers.add(answer, 'output' in answer ? answer.output.length : 0);
  }
}

const newCall = (rule: CallRule, asked: Asked): NewCall => {
  const { name, declaration, failures, queue } = rule;
  const { input, headers, timeoutMs, window = DEFAULT_STREAM_WINDOW, callId, key } = asked;
  if (input === undefined || callId !== undefined || key !== undefined) {
    const why = `"${name}" of "${queue}" is not durable: it has an "input", and neither "callId" nor "key".`;
    throw new QueueError('request_invalid', why);
  }
  const { answering } = declaration;
  return {
    name,
    input,
    headers,
    timeoutMs: timeoutMs ?? declaration.timeoutMs,
    idempotent: answering.kind === 'once' && answering.idempotent,
    retryDelayMs: ({ code }, attempt) => failureDelayMs(failures, code, attempt),
    ...(answering.kind === 'stream' && { window }),
  };
};

const durableCall = (
  { name: call, declaration }: CallRule,
  { input, headers, timeoutMs = declaration.timeoutMs, callId, key: orderingKey }: Asked,
  principal: string,
): AskedCall => ({ principal, call, callId, input, headers, timeoutMs, orderingKey });

/** An object that is spread is slow. */
const answeredBy = (id: number, result: CallResult): Answered => {
  if (result.kind === 'output') return { id, kind: 'output', output: result.output };
  return { id, ...result };
};

/** Frees the memory of a call when it ended. */
const releasingAtEnd = (reserved: Reservation, caller: Caller): Caller => ({
  onItem: caller.onItem,
  onEnd: (result) => {
    reserved.release();
    caller.onEnd(result);
  },
});

const textOf = (value: unknown): JsonText<unknown> =>
  // Safe: what came over the wire can be written as JSON.
  JSON.stringify(value) as JsonText<unknown>;

const settle = (
  result: CallResult,
  resolve: (answer: CallAnswer) => void,
  reject: (error: QueueError) => void,
): void => {
  switch (result.kind) {
    case 'output':
      resolve({ kind: 'output', output: JSON.parse(result.output) as unknown });
      return;
    case 'failure':
      resolve(result);
      return;
    case 'error':
      reject(QueueError.fromBody(result.error));
      return;
    case 'end':
      reject(new QueueError('answer_invalid', 'It was answered as a stream.'));
      return;
    default:
      return result satisfies never;
  }
};
