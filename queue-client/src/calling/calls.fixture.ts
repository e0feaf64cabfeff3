import {
  call,
  defineContract,
  defineQueue,
  QueueError,
  streaming,
  type Contract,
} from '@typed-queue/contracts';
import { ok, type Answered, type CallMade, type Reply, type ServeRequest } from '@typed-queue/contracts/wire';
import * as z from 'zod';
import type { Answer, CallServer, RequestArgs, RequestName } from '../connection/requests.js';
import { FakeSocket } from '../connection/socket.fixture.js';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { eventLoopIdle, ManualRuntime } from '../runtime.fixture.js';
import type { CallOptions } from './call.js';
import { Calls } from './calls.js';
import { LazyCalls } from './lazy-calls.js';
import { makeCall, type MadeCall } from './made-call.js';

const sku = z.strictObject({ sku: z.string() });
const stock = defineQueue('stock', {
  events: {
    low: sku,
    reserve: call({
      input: z.strictObject({ sku: z.string(), count: z.int() }),
      output: z.strictObject({ reservation: z.string() }),
      failures: {
        sold_out: { retry: false, data: z.strictObject({ left: z.int() }) },
        offline: { retry: true },
      },
      timeoutMs: 5_000,
    }),
    count: call({ input: sku, output: z.int(), idempotent: true }),
    movements: streaming({ input: sku, output: z.int(), failures: { archived: { retry: false } } }),
  },
});
const mail = defineQueue('mail', { events: { send: call({ input: z.string(), output: z.null() }) } });

/** A contract with calls of every kind. */
export const shop = defineContract({ stock, mail });

type Made = CallMade<Contract, string>;

/** A server that records the requests of calls; tests answer them. */
class CallServerLog implements CallServer {
  /** The packets of calls. */
  readonly packets: { readonly queue: string; readonly calls: readonly Made[] }[] = [];
  readonly cancelled: number[] = [];
  readonly asked: { readonly id: number; readonly items: number }[] = [];
  readonly served: { readonly request: ServeRequest<Contract, string>; readonly answer: Answer<null> }[] = [];
  readonly ends: { readonly responder: string; readonly answer: Answer<null> }[] = [];
  /** The packets of replies. */
  readonly replies: (readonly Reply[])[] = [];
  /** Of a request that asks whether all replies have come. It is given at once unless a test says when. */
  confirm: (answer: Answer<null>) => void = (answer) => answer(ok(null));
  /** Whether it is of a version without calls. */
  refusal: QueueError | undefined;
  readonly #handlers: { readonly [E in RequestName]?: (...args: RequestArgs<E>) => void } = {
    calls: (queue, calls) => this.packets.push({ queue, calls }),
    'call:cancel': (ids) => this.cancelled.push(...ids),
    'call:more': (id, items) => this.asked.push({ id, items }),
    serve: (request, answer) => this.served.push({ request, answer }),
    'serve:end': (responder, answer) => this.ends.push({ responder, answer }),
    replies: (replies, answer) => {
      this.replies.push(replies);
      if (answer !== undefined) this.confirm(answer);
    },
  };

  get calls(): readonly Made[] {
    return this.packets.flatMap(({ calls }) => calls);
  }

  send<E extends RequestName>(event: E, ...args: RequestArgs<E>): void {
    this.#handlers[event]?.(...args);
  }

  unsupported(): QueueError | undefined {
    return this.refusal;
  }
}

/** The calls of a client that is connected, and a server that answers when the test says so. */
export const openCalls = () => {
  const runtime = new ManualRuntime();
  const server = new CallServerLog();
  const socket = new FakeSocket();
  const emitter = new Emitter<ClientEvents>(runtime.report);
  const events: [string, object][] = [];
  for (const name of ['call:error', 'error'] as const) {
    emitter.on(name, (event: object) => void events.push([name, event]));
  }
  const calls = new Calls({ server, socket, runtime, emitter });
  calls.online();
  const rules = { contract: shop, validate: false, now: runtime.now };
  const make = (name: string, input: unknown, options: CallOptions = {}): MadeCall =>
    makeCall(rules, { queue: 'stock', name, input, options });
  const answer = (...answers: readonly Answered[]): void => socket.fire('answers', answers);
  /** `invocations`: what differs from the first of `count`. */
  const invoke = (...invocations: readonly object[]): void =>
    socket.fire(
      'invocations',
      'stock/1',
      invocations.map((invocation, index) => ({
        token: index + 1,
        call: 'count',
        input: '{"sku":"tea"}',
        attempt: 1,
        remainingMs: 1_000,
        ...invocation,
      })),
    );
  /** Passes time, and fires what is due. */
  const pass = (ms: number): void => {
    runtime.pass(ms);
    runtime.round();
    runtime.endTurn();
  };
  const replies = () => server.replies.flat();
  return { runtime, server, socket, events, calls, make, answer, invoke, pass, replies };
};

/** The calls of a client as it has them before they are loaded. */
export const lazyCalls = ({ online = true } = {}) => {
  const runtime = new ManualRuntime();
  const server = new CallServerLog();
  const socket = new FakeSocket();
  const emitter = new Emitter<ClientEvents>(runtime.report);
  const rules = { contract: shop, validate: false, now: runtime.now };
  const lazy = new LazyCalls({ server, socket, runtime, emitter, rules, checkOpen: () => undefined });
  if (online) lazy.online();
  /** Resolves when what can be sent is sent. */
  const sent = async (): Promise<void> => {
    await import('./calls.js');
    await eventLoopIdle();
    runtime.endTurn();
  };
  const answer = (...answers: readonly Answered[]): void => socket.fire('answers', answers);
  return { lazy, server, socket, runtime, sent, answer };
};

/** A call of `reserve`. */
export const TEA = { sku: 'tea', count: 2 };

export const refusedWith = (code: QueueError['code'], details = {}) =>
  ({ kind: 'error', error: new QueueError(code, `refused: ${code}`, { details }).toJSON() }) as const;

/** Safe: the text of an output of any call. */
export const output = (value: unknown) => JSON.stringify(value) as (Answered & { kind: 'output' })['output'];
