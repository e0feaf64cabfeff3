import { QueueError } from '@typed-queue/contracts';
import type { CloseOptions } from './client.js';
import type { Deadline } from './deadline.js';

/** What follows the connection. */
export interface Service {
  online(): void;
  offline(): void;
  /** The server refused this client permanently, or it is closed. */
  fail(error: QueueError): void;
}

/** What calls functions of the user: handlers or responders. */
export interface Handling {
  /** Whether some are running. */
  readonly busy: boolean;
  /** Whether the caller is one of them, as far as the platform knows. */
  readonly calling: boolean;
  /** For one that closes the client: resolves when everything is settled except those that await this too. */
  othersSettled(deadline: Deadline): Promise<void>;
  leave(deadline: Deadline): Promise<void>;
}

/** A part of the client that is loaded when it is first used: most clients need none. */
export class LazyService<S extends Service> implements Service {
  protected loading: Promise<S> | undefined;
  protected loaded: S | undefined;
  readonly #import: () => Promise<S>;
  #online = false;
  /** Why it is not needed any more. */
  #failure: QueueError | undefined;

  constructor(load: () => Promise<S>) {
    this.#import = load;
  }

  /** Resolves at once when it is loaded. @throws QueueError `internal` when it cannot be loaded */
  load(): Promise<S> {
    return (this.loading ??= this.#load());
  }

  online(): void {
    this.#online = true;
    this.loaded?.online();
  }

  offline(): void {
    this.#online = false;
    this.loaded?.offline();
  }

  fail(error: QueueError): void {
    this.#failure = error;
    this.loaded?.fail(error);
  }

  async #load(): Promise<S> {
    let service: S;
    try {
      service = await this.#import();
    } catch (cause) {
      this.loading = undefined;
      throw new QueueError('internal', `A part of the client cannot be loaded: ${String(cause)}`, { cause });
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.loaded = service;
    if (this.#online) service.online();
    return service;
  }
}

/** Functions of the user that are called until it is closed. */
interface Opened {
  readonly ready: Promise<void>;
  close(options?: CloseOptions): Promise<void>;
}

/** One that calls functions of the user. */
export class LazyHandling<S extends Service & Handling> extends LazyService<S> implements Handling {
  get busy(): boolean {
    return this.loaded?.busy ?? false;
  }
  get calling(): boolean {
    return this.loaded?.calling ?? false;
  }

  /** Opens something that may be used before it is loaded. */
  protected openLater(open: (service: S) => Opened, onFailed: (error: QueueError) => void): Opened {
    const opened = this.load().then(open);
    // Safe: only loading fails, with this error.
    opened.catch((error: unknown) => onFailed(error as QueueError));
    const ready = opened.then((each) => each.ready);
    // It may be ignored.
    ready.catch(() => undefined);
    return { ready, close: async (options) => (await opened).close(options) };
  }

  async othersSettled(deadline: Deadline): Promise<void> {
    await this.loaded?.othersSettled(deadline);
  }

  async leave(deadline: Deadline): Promise<void> {
    // It leaves in this turn, when it is loaded.
    const service = this.loaded ?? (await this.loading?.catch(() => undefined));
    await service?.leave(deadline);
  }
}
