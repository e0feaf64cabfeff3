import { Emitter as SocketEmitter } from '@socket.io/component-emitter';
import type { Arguments, default as typedEmitter } from 'typed-emitter';

type EventMap = Readonly<Record<string, (...event: never[]) => void>>;

/** That of typed-emitter, which has no types for what these return. */
export interface TypedEmitter<Events extends EventMap> extends typedEmitter.default<Events> {
  rawListeners<E extends keyof Events>(name: E): Events[E][];
  listeners<E extends keyof Events>(name: E): Events[E][];
}

type OnUnhandled<Events extends EventMap> = <E extends keyof Events>(
  name: E,
  event: Arguments<Events[E]>[0],
) => void;

// Safe: it takes any events, and what it lacks of a TypedEmitter is below.
const BaseEmitter = SocketEmitter as unknown as new <Events extends EventMap>() => TypedEmitter<Events>;

/**
 * The emitter of Socket.IO for events of one object each, completed to a TypedEmitter. Errors of listeners are reported,
 * and not thrown to the emitting code.
 */
export class Emitter<Events extends EventMap> extends BaseEmitter<Events> {
  readonly #report: (text: string, error: unknown) => void;
  readonly #unhandled: OnUnhandled<Events>;
  readonly #names = new Set<keyof Events>();

  /** `unhandled` receives events without a listener. */
  constructor(
    report: (text: string, error: unknown) => void,
    unhandled: OnUnhandled<Events> = () => undefined,
  ) {
    super();
    this.#report = report;
    this.#unhandled = unhandled;
  }

  override emit<E extends keyof Events>(name: E, ...event: Arguments<Events[E]>): boolean {
    // Safe: typed-emitter derives `Arguments` from the listener.
    const listeners = this.rawListeners(name) as unknown as ((...event: Arguments<Events[E]>) => unknown)[];
    for (const listener of listeners) {
      // An async listener must not end the process either.
      new Promise((resolve) => resolve(listener(...event))).catch((error: unknown) =>
        this.#report(`queue client: a listener of "${String(name)}" threw`, error),
      );
    }
    if (listeners.length === 0) this.#unhandled(name, event[0]);
    return listeners.length > 0;
  }

  override on<E extends keyof Events>(name: E, listener: Events[E]): this {
    this.#names.add(name);
    return super.on(name, listener);
  }

  override once<E extends keyof Events>(name: E, listener: Events[E]): this {
    return this.on(name, this.#once(name, listener));
  }

  override addListener<E extends keyof Events>(name: E, listener: Events[E]): this {
    return this.on(name, listener);
  }

  override prependListener<E extends keyof Events>(name: E, listener: Events[E]): this {
    const later = this.listeners(name);
    this.removeAllListeners(name);
    for (const each of [listener, ...later]) this.on(name, each);
    return this;
  }

  override prependOnceListener<E extends keyof Events>(name: E, listener: Events[E]): this {
    return this.prependListener(name, this.#once(name, listener));
  }

  override rawListeners<E extends keyof Events>(name: E): Events[E][] {
    return [...this.listeners(name)];
  }

  override listenerCount(name: keyof Events): number {
    return this.listeners(name).length;
  }

  override eventNames(): (keyof Events)[] {
    return [...this.#names].filter((name) => this.listenerCount(name) > 0);
  }

  /** There is no limit. */
  override getMaxListeners(): number {
    return Infinity;
  }

  override setMaxListeners(_limit: number): this {
    return this;
  }

  /** The base would lose what its listener returns, and with that an async error. */
  #once<E extends keyof Events>(name: E, listener: Events[E]): Events[E] {
    // Safe: takes and returns what the listener does.
    const once = ((...event: Parameters<Events[E]>): unknown => {
      this.off(name, once);
      const call: (...event: Parameters<Events[E]>) => unknown = listener;
      return call(...event);
    }) as Events[E];
    // `off` of the base finds it by `fn`.
    return Object.assign(once, { fn: listener });
  }
}
