import { QueueError } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { onAbort } from '../abort-watch.js';
import { BackOff } from '../back-off.js';
import type { Answer } from '../connection/requests.js';
import type { Runtime } from '../runtime.js';
import type { AdminOptions } from './admin.js';

const DEFAULT_TIMEOUT_MS = 10_000;

interface RequestDeps<T> {
  /** The method, for errors. */
  readonly call: string;
  readonly send: (answer: Answer<T>) => void;
  readonly options: AdminOptions;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: QueueError) => void;
  /** Answered or aborted. */
  readonly onEnd: () => void;
}

/** A request until it is answered, on any connection, or until its time is over or its signal aborts. */
export class Request<T> {
  readonly #deps: RequestDeps<T>;
  readonly #backOff: BackOff;
  readonly #cancel: () => void;
  readonly #unwatch: () => void;
  #sent = false;

  constructor(deps: RequestDeps<T>) {
    const { call, options, runtime } = deps;
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    this.#deps = deps;
    this.#backOff = new BackOff(runtime);
    this.#cancel = runtime.after(timeoutMs, () =>
      this.#abandon(`"${call}" was not answered within ${timeoutMs} ms`),
    );
    this.#unwatch = onAbort(signal, () => this.#aborted());
  }

  send(): void {
    this.#sent = true;
    this.#deps.send((result) => this.#answered(result));
  }

  /** It is sent again on the next connection. */
  offline(): void {
    this.#backOff.cancel();
  }

  fail(error: QueueError): void {
    this.#end();
    this.#deps.reject(error);
  }

  #answered(result: Result<T>): void {
    if (!result.ok && result.error.code === 'rate_limited') {
      this.#backOff.retry(() => this.send(), result.error);
      return;
    }
    if (!result.ok) {
      this.fail(QueueError.fromBody(result.error));
      return;
    }
    this.#end();
    this.#deps.resolve(result.value);
  }

  #aborted(): void {
    const { call, options } = this.#deps;
    this.#abandon(`The signal of "${call}" was aborted`, options.signal?.reason);
  }

  #abandon(why: string, cause?: unknown): void {
    const error = this.#sent
      ? new QueueError('outcome_unknown', `${why}; it was sent, and may take effect.`, { cause })
      : new QueueError('aborted', `${why}; there was no connection to send it by.`, { cause });
    this.fail(error);
  }

  #end(): void {
    this.#cancel();
    this.#backOff.cancel();
    this.#unwatch();
    this.#deps.onEnd();
  }
}
