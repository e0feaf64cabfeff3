import type { Result } from '@typed-queue/contracts/wire';
import type { Socket } from 'socket.io-client';

/** An event of the server and its arguments, or `answer`, the request that it belongs to, and the result. */
type Heard = readonly [event: string, ...args: unknown[]];

/** How many round trips: what the server does by itself because of earlier packets, it has done by then. */
const SETTLING_ROUNDS = 5;

/** A plain Socket.IO client that records what it hears, in the order of the packets. */
export class Transcript {
  readonly socket: Socket;
  readonly heard: Heard[] = [];
  readonly #untaken: Heard[] = [];
  #changed = (): void => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((event: string, ...args: unknown[]) => this.#hear([event, ...args]));
  }

  /** The names of everything heard so far; an answer has that of its request. */
  get order(): string[] {
    return this.heard.map(([event, request]) => (event === 'answer' ? `answer ${String(request)}` : event));
  }

  ask(event: string, ...args: readonly unknown[]): Promise<Result<unknown>> {
    return new Promise((resolve) => {
      this.socket.emit(event, ...args, (result: Result<unknown>) => {
        this.#hear(['answer', event, result]);
        resolve(result);
      });
    });
  }

  /** The value of a request that is granted; what is in it is for the test to say. */
  async value<T = unknown>(event: string, ...args: readonly unknown[]): Promise<T> {
    const result = await this.ask(event, ...args);
    if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
    // Safe: a test that expects something else fails.
    return result.value as T;
  }

  /** The code of the error of a request; `ok` when there is none. */
  async code(event: string, ...args: readonly unknown[]): Promise<string> {
    const result = await this.ask(event, ...args);
    return result.ok ? 'ok' : result.error.code;
  }

  /** The first argument of the next event of this name; what is in it is for the test to say. */
  async next<T = unknown>(event: string): Promise<T> {
    for (;;) {
      const place = this.#untaken.findIndex(([name]) => name === event);
      const [found] = place < 0 ? [] : this.#untaken.splice(place, 1);
      // Safe: a test that expects something else fails.
      if (found !== undefined) return found[1] as T;
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  /** How many unread events of this name there are when the server is idle. */
  async settled(event: string): Promise<number> {
    for (let round = 0; round < SETTLING_ROUNDS; round++) await this.ask('queues');
    return this.#untaken.filter(([name]) => name === event).length;
  }

  #hear(heard: Heard): void {
    this.heard.push(heard);
    this.#untaken.push(heard);
    this.#changed();
  }
}
