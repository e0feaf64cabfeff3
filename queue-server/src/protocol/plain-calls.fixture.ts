import {
  parseJsonText,
  type ClientToServerEvents,
  type JsonText,
  type ServerToClientEvents,
} from '@typed-queue/contracts';
import type { Answered, Invocation, Reply } from '@typed-queue/contracts/wire';
import { io, type Socket } from 'socket.io-client';
import type { stock } from '../transport/stock.fixture.js';

type Stock = typeof stock;
export type StockSocket = Socket<ServerToClientEvents<Stock, 'stock'>, ClientToServerEvents<Stock, 'stock'>>;
type StockInvocation = Invocation<Stock, 'stock'>;
type StockCall = Parameters<ClientToServerEvents<Stock, 'stock'>['calls']>[1][number];

/** As anyone would write it with socket.io-client: it has types of ours, and no code. */
export const stockSocket = async (url: string): Promise<StockSocket> => {
  const socket: StockSocket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { protocolVersion: 5 },
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
};

/** Safe: it is the text of the value. */
export const textOf = <T>(value: T): JsonText<T> => JSON.stringify(value) as JsonText<T>;

type WithoutToken<R> = R extends Reply ? Omit<R, 'token'> : never;
/** What a responder makes of an invocation; of a stream: of the number of items that it has sent. */
export type Responding = (invocation: StockInvocation, sent: number) => WithoutToken<Reply> | undefined;

interface Stream {
  readonly invocation: StockInvocation;
  window: number;
  sent: number;
}

/** A responder as docs/protocol.md describes it: one final reply for each invocation, and no item beyond a window. */
export class PlainResponder {
  readonly attempts: number[] = [];
  readonly #socket: StockSocket;
  readonly #respond: Responding;
  readonly #streams = new Map<number, Stream>();

  constructor(socket: StockSocket, respond: Responding) {
    this.#socket = socket;
    this.#respond = respond;
    socket.on('invocations', (_responder, invocations) => {
      for (const invocation of invocations) this.#begin(invocation);
    });
    socket.on('invocation:more', (token, items) => {
      const stream = this.#streams.get(token);
      if (stream === undefined) return;
      stream.window += items;
      this.#send(stream);
    });
    socket.on('invocation:end', (tokens) => {
      for (const token of tokens) {
        this.#streams.delete(token);
        const error = { code: 'call_failed', message: 'stopped', details: {}, retryable: false } as const;
        this.#socket.emit('replies', [{ token, kind: 'error', error }]);
      }
    });
  }

  async serve(calls: readonly StockCall['call'][], concurrency: number): Promise<void> {
    const result = await this.#socket.emitWithAck('serve', {
      responder: 'r',
      queue: 'stock',
      calls,
      concurrency,
    });
    if (!result.ok) throw new Error(result.error.message);
  }

  #begin(invocation: StockInvocation): void {
    this.attempts.push(invocation.attempt);
    const { token, window } = invocation;
    if (window !== undefined) {
      const stream = { invocation, window, sent: 0 };
      this.#streams.set(token, stream);
      this.#send(stream);
      return;
    }
    const reply = this.#respond(invocation, 0);
    if (reply !== undefined) this.#socket.emit('replies', [{ token, ...reply }]);
  }

  #send(stream: Stream): void {
    const { token } = stream.invocation;
    while (stream.window > 0 && this.#streams.has(token)) {
      const reply = this.#respond(stream.invocation, stream.sent);
      if (reply === undefined) return;
      this.#socket.emit('replies', [{ token, ...reply }]);
      if (reply.kind !== 'item') this.#streams.delete(token);
      stream.window--;
      stream.sent++;
    }
  }
}

/** A caller as docs/protocol.md describes it: it asks for half a window when it has read half a window. */
export class PlainCaller {
  readonly #socket: StockSocket;
  readonly #answers = new Map<number, Answered[]>();
  readonly #halves = new Map<number, number>();
  readonly #waiting: (() => void)[] = [];

  constructor(socket: StockSocket) {
    this.#socket = socket;
    socket.on('answers', (answers) => {
      for (const answer of answers) this.#take(answer);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  make(calls: readonly StockCall[]): void {
    for (const { id, window = 64 } of calls) {
      this.#answers.set(id, []);
      this.#halves.set(id, window / 2);
    }
    this.#socket.emit('calls', 'stock', calls);
  }

  cancel(...ids: readonly number[]): void {
    this.#socket.emit('call:cancel', ids);
  }

  /** What answered a call, when it is so much, or when it ended. */
  async answered(id: number, count = Infinity): Promise<readonly Answered[]> {
    for (;;) {
      const answers = this.#answers.get(id) ?? [];
      const last = answers.at(-1);
      if (answers.length >= count || (last !== undefined && last.kind !== 'item')) return answers;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #take(answer: Answered): void {
    const answers = this.#answers.get(answer.id) ?? [];
    answers.push(answer);
    const half = this.#halves.get(answer.id) ?? 0;
    if (answer.kind === 'item' && answers.length % half === 0)
      this.#socket.emit('call:more', answer.id, half);
  }
}

/** The items of a stream. */
export const itemsOf = (answers: readonly Answered[]): unknown[] =>
  answers.flatMap((answer) => (answer.kind === 'item' ? [parseJsonText(answer.output)] : []));
