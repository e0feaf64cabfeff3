import { QueueError } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { BackOff, retryAfterOf } from '../back-off.js';
import type { Send, Server } from '../connection/server.js';
import type { Runtime } from '../runtime.js';
import type { AdminOptions } from './admin.js';

const DEFAULT_TIMEOUT_MS = 10_000;

export interface RequestParts<T> {
  /** Names it in errors. */
  readonly what: string;
  readonly ask: Send<T>;
  readonly options: AdminOptions;
  readonly server: Pick<Server, 'ask'>;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: QueueError) => void;
  /** Answered, or given up. */
  readonly onEnd: () => void;
}

/** A request until it is answered, whichever connection brings the answer, or until nobody waits for it. */
export class Request<T> {
  readonly #parts: RequestParts<T>;
  readonly #backOff: BackOff;
  readonly #cancel: () => void;
  #sent = false;

  constructor(parts: RequestParts<T>) {
    const { what, options, runtime } = parts;
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    this.#parts = parts;
    this.#backOff = new BackOff(runtime);
    this.#cancel = runtime.after(timeoutMs, () =>
      this.#giveUp(`"${what}" was not answered within ${timeoutMs} ms`),
    );
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  send(): void {
    this.#sent = true;
    this.#parts.server.ask(this.#parts.ask, (result) => this.#answered(result));
  }

  /** The connection is gone: it is sent on the next one. */
  offline(): void {
    this.#backOff.cancel();
  }

  fail(error: QueueError): void {
    this.#end();
    this.#parts.reject(error);
  }

  #answered(result: Result<T>): void {
    if (!result.ok && result.error.code === 'rate_limited') {
      this.#backOff.wait(() => this.send(), retryAfterOf(result.error));
      return;
    }
    if (!result.ok) {
      this.fail(QueueError.fromBody(result.error));
      return;
    }
    this.#end();
    this.#parts.resolve(result.value);
  }

  readonly #abort = (): void => {
    const { what, options } = this.#parts;
    this.#giveUp(`The signal of "${what}" was aborted`, options.signal?.reason);
  };

  #giveUp(why: string, cause?: unknown): void {
    const error = this.#sent
      ? new QueueError('outcome_unknown', `${why}; it was sent, and may take effect.`, { cause })
      : new QueueError('aborted', `${why}; there was no connection to send it by.`, { cause });
    this.fail(error);
  }

  #end(): void {
    this.#cancel();
    this.#backOff.cancel();
    this.#parts.options.signal?.removeEventListener('abort', this.#abort);
    this.#parts.onEnd();
  }
}
