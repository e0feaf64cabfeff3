import type { Headers } from '@typed-queue/contracts';
import type { AnyFail } from '../failures/declared-failure.js';
import { LazySignal } from '../lazy-signal.js';
import { setDeadline } from './inherited-deadline.js';
import type { ResponderContext } from './responder.js';

interface ContextDeps {
  readonly attempt: number;
  readonly id: string | undefined;
  readonly headers: Headers;
  /** Until when the caller waits, by the wall clock. */
  readonly deadline: number;
  /** The same by the monotonic clock. */
  readonly until: number;
  readonly fail: AnyFail;
}

export class InvocationContext extends LazySignal implements ResponderContext {
  readonly attempt: number;
  readonly id: string | undefined;
  readonly headers: Headers;
  readonly deadline: number;
  readonly fail: AnyFail;
  #until: number;

  constructor({ attempt, id, headers, deadline, until, fail }: ContextDeps) {
    super();
    this.attempt = attempt;
    this.id = id;
    this.headers = headers;
    this.deadline = deadline;
    this.fail = fail;
    this.#until = until;
  }

  /** With the deadline that calls inherit by it. */
  override get signal(): AbortSignal {
    const { isRead } = this;
    const signal = super.signal;
    if (!isRead) setDeadline(signal, this.#until);
    return signal;
  }

  /** The caller has the first item of a stream: it waits for the others as long as it likes. */
  streaming(): void {
    this.#until = Infinity;
    if (this.isRead) setDeadline(this.signal, Infinity);
  }
}
