import type { AnyMessage, FilesMessage } from '@typed-queue/contracts';
import { DeclaredFailure, type ClientEvents, type HandlerContext } from '@typed-queue/queue-client';
import { FakeTail } from './fake-tail.fixture.js';

type AnyHandler = (message: AnyMessage, context: HandlerContext) => Promise<void>;

/** A fake queue client: records what the logger asks of it, and answers as a test likes. */
export class FakeQueue {
  readonly subscribed: { readonly queue: string; readonly options: unknown; readonly handler: AnyHandler }[] =
    [];
  readonly tails: FakeTail[] = [];
  readonly closed: unknown[] = [];
  readonly #listeners: { readonly name: string; readonly listener: (event: never) => void }[] = [];
  readonly #leaving = new AbortController();
  refuse: (error: unknown) => void = () => undefined;

  subscribe(queue: string, options: unknown, handler: AnyHandler): { ready: Promise<void> } {
    this.subscribed.push({ queue, options, handler });
    const ready = new Promise<void>((_resolve, reject) => {
      this.refuse = reject;
    });
    return { ready };
  }

  tail(queue: string, options: unknown): FakeTail {
    const tail = new FakeTail(queue, options);
    this.tails.push(tail);
    return tail;
  }

  on(name: string, listener: (event: never) => void): this {
    this.#listeners.push({ name, listener });
    return this;
  }

  emit<E extends keyof ClientEvents>(name: E, event: Parameters<ClientEvents[E]>[0]): void {
    for (const each of this.#listeners) {
      // Safe: a listener is stored with the name of its event.
      if (each.name === name) (each.listener as (event: unknown) => void)(event);
    }
  }

  async close(options: unknown): Promise<void> {
    this.closed.push(options);
    for (const tail of this.tails) tail.close();
    this.#leaving.abort(new Error('left the group'));
  }

  /** Calls the handler; settles as it does. */
  deliver(message: AnyMessage): Promise<void> {
    const found = this.subscribed.find(({ queue }) => queue === message.queue);
    if (found === undefined) throw new Error(`nobody subscribed to ${message.queue}`);
    return found.handler(message, {
      attempt: 1,
      signal: this.#leaving.signal,
      extend: () => undefined,
      fail: (code) => new DeclaredFailure({ code }, {}),
    });
  }
}

export const save = (seq: number): FilesMessage => ({
  id: '019ab1c2-0000-7000-8000-000000000001',
  queue: 'files',
  event: 'save',
  payload: { path: `/a/${seq}.txt`, bytes: 3, sha256: 'ab', durationMs: 1 },
  headers: {},
  seq,
  time: 0,
});
