import { setTimeout } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { Target } from '../server-process.js';

const ANSWER_MS = 60_000;
const PAUSE_MS = 20;

/** Undefined: the connection ended before the answer. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { readonly code: string; readonly retryable: boolean } }
  | undefined;

/** A connection that is made again, to wherever the server then is. */
export class LastingConnection {
  readonly #target: () => Target;
  readonly #onConnect: (socket: Socket) => void;
  readonly #client = crypto.randomUUID();
  #socket: Promise<Socket>;
  #isClosed = false;

  /** `onConnect`: is called with each new socket before anything is sent by it. */
  constructor(target: () => Target, onConnect: (socket: Socket) => void = () => undefined) {
    this.#target = target;
    this.#onConnect = onConnect;
    this.#socket = this.#connect();
  }

  /** Sends a request as soon as there is a connection. */
  async request(event: string, ...args: readonly unknown[]): Promise<Answer> {
    const socket = await this.#socket;
    if (!socket.connected) return undefined;
    try {
      // Safe: every answer of the server is a result.
      return (await socket.timeout(ANSWER_MS).emitWithAck(event, ...args)) as Answer;
    } catch {
      // Without an answer for so long: what was sent must not be handled after what comes next.
      socket.disconnect();
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    (await this.#socket).disconnect();
  }

  async #connect(): Promise<Socket> {
    for (;;) {
      const { port, key } = this.#target();
      const socket = io(`http://127.0.0.1:${port}`, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        auth: { token: key, client: this.#client },
      });
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true)).once('connect_error', () => resolve(false));
      });
      if (isOpen || this.#isClosed) return this.#opened(socket);
      socket.disconnect();
      await setTimeout(PAUSE_MS);
    }
  }

  #opened(socket: Socket): Socket {
    socket.once('disconnect', () => {
      if (!this.#isClosed) this.#socket = this.#connect();
    });
    if (!this.#isClosed) this.#onConnect(socket);
    return socket;
  }
}
