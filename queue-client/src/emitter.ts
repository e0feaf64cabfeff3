import type { EventMap } from 'typed-emitter';

type Payload<Listener extends (...args: never) => void> = Parameters<Listener>[0];

type OnUnhandled<Events extends EventMap> = <E extends keyof Events>(
  name: E,
  event: Payload<Events[E]>,
) => void;

interface Registration {
  readonly listener: (event: never) => unknown;
  readonly once: boolean;
}

/**
 * A typed emitter for Node and browsers, with the listener map of typed-emitter. Errors of listeners are reported, and
 * not thrown to the emitting code.
 */
export class Emitter<Events extends EventMap> {
  readonly #registrations = new Map<keyof Events, readonly Registration[]>();
  readonly #report: (text: string, error: unknown) => void;
  readonly #unhandled: OnUnhandled<Events>;

  /** `unhandled` receives events without a listener. */
  constructor(
    report: (text: string, error: unknown) => void,
    unhandled: OnUnhandled<Events> = () => undefined,
  ) {
    this.#report = report;
    this.#unhandled = unhandled;
  }

  on<E extends keyof Events>(name: E, listener: Events[E]): this {
    return this.#add(name, { listener, once: false });
  }

  once<E extends keyof Events>(name: E, listener: Events[E]): this {
    return this.#add(name, { listener, once: true });
  }

  off<E extends keyof Events>(name: E, listener: Events[E]): this {
    const present = this.#registrations.get(name) ?? [];
    const last = present.findLast((registration) => registration.listener === listener);
    this.#remove(name, last);
    return this;
  }

  emit<E extends keyof Events>(name: E, event: Payload<Events[E]>): void {
    const present = this.#registrations.get(name) ?? [];
    if (present.length === 0) this.#unhandled(name, event);
    for (const registration of present) {
      if (registration.once) this.#remove(name, registration);
      // Safe: listeners are stored by the name of their event.
      const listener = registration.listener as (event: Payload<Events[E]>) => unknown;
      // An async listener must not end the process either.
      new Promise((resolve) => resolve(listener(event))).catch((error: unknown) => this.#failed(name, error));
    }
  }

  #add(name: keyof Events, registration: Registration): this {
    this.#registrations.set(name, [...(this.#registrations.get(name) ?? []), registration]);
    return this;
  }

  #remove(name: keyof Events, gone: Registration | undefined): void {
    const present = this.#registrations.get(name) ?? [];
    this.#registrations.set(
      name,
      present.filter((registration) => registration !== gone),
    );
  }

  #failed(name: keyof Events, error: unknown): void {
    this.#report(`queue client: a listener of "${String(name)}" threw`, error);
  }
}
