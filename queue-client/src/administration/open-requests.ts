import { QueueError } from '@typed-queue/contracts';
import { checkOptions, checkText, type KnownOptions } from '../argument-check.js';
import type { Answer } from '../connection/requests.js';
import type { Runtime } from '../runtime.js';
import type { AdminOptions } from './admin.js';
import { Request } from './request.js';

export const ADMIN_OPTIONS: KnownOptions<AdminOptions> = { timeoutMs: true, signal: true };

/** Names of queues and groups, checked at run time for callers in plain JavaScript. */
interface Names {
  readonly queue?: unknown;
  readonly group?: unknown;
}

export interface OpenRequestsDeps {
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  /** Throws when the client takes no more requests. */
  readonly checkOpen: () => void;
}

/** A request, whatever the type of its answer. */
type OpenRequest = Pick<Request<never>, 'send' | 'offline' | 'fail'>;

/** The requests of an operator that have no answer yet: they are sent again on each connection. */
export class OpenRequests {
  readonly #deps: OpenRequestsDeps;
  readonly #open = new Set<OpenRequest>();
  #online = false;

  constructor(deps: OpenRequestsDeps) {
    this.#deps = deps;
  }

  /** `call`: the method, for errors. */
  ask<T>(
    call: string,
    names: Names,
    options: AdminOptions = {},
    send: (answer: Answer<T>) => void,
  ): Promise<T> {
    // What is thrown here rejects the promise.
    return new Promise((resolve, reject) => {
      this.#deps.checkOpen();
      for (const [name, value] of Object.entries(names)) checkText(call, `the name of the ${name}`, value);
      checkOptions(call, 'the last argument', options, ADMIN_OPTIONS);
      if (options.signal?.aborted) {
        const { reason: cause } = options.signal as { readonly reason: unknown };
        throw new QueueError('aborted', `The signal of "${call}" was aborted before.`, { cause });
      }
      const onEnd = (): void => void this.#open.delete(request);
      const { runtime } = this.#deps;
      const request = new Request({ call, send, options, runtime, resolve, reject, onEnd });
      this.#open.add(request);
      if (this.#online) request.send();
    });
  }

  online(): void {
    this.#online = true;
    for (const request of this.#open) request.send();
  }

  offline(): void {
    this.#online = false;
    for (const request of this.#open) request.offline();
  }

  fail(error: QueueError): void {
    for (const request of this.#open) request.fail(error);
  }
}
