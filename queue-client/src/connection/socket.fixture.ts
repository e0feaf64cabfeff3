import type { ClientSocket } from './socket.js';

type Listener = (...args: readonly unknown[]) => void;

/** A socket without a network: tests fire its events and answer its requests. */
export class FakeSocket implements ClientSocket {
  active = true;
  /** `connect` and `disconnect` as they were called, and the names of what was emitted. */
  readonly calls: string[] = [];
  readonly answers: Listener[] = [];
  readonly #listeners = new Map<string, Listener>();

  on(event: string, listener: (...args: never) => void): void {
    // Safe: tests fire each event with the arguments that its listener takes.
    this.#listeners.set(event, listener as Listener);
  }

  fire(event: string, ...args: readonly unknown[]): void {
    this.#listeners.get(event)?.(...args);
  }

  emit(event: string, ...args: readonly unknown[]): void {
    this.calls.push(event);
    const answer = args.at(-1);
    // Safe: the last argument of every request is its answer's callback.
    if (typeof answer === 'function') this.answers.push(answer as Listener);
  }

  connect(): void {
    this.calls.push('connect');
  }

  disconnect(): void {
    this.calls.push('disconnect');
    this.active = false;
  }
}
