import type { CallEnd } from '@typed-queue/contracts/wire';
import type { MadeCall } from '../open-call.js';
import type { DurableRequest } from './durable-request.js';
import type { WaitingCaller } from './waiting-caller.js';

/** A durable call without an answer, and who waits for that. */
export class PendingCall {
  readonly request: Pick<DurableRequest, 'callKey' | 'principal' | 'call' | 'deadline'>;
  /** While a responder has it, or it waits for one. */
  made: MadeCall | undefined;
  /** Its answer is being stored: resolves with whether it was. */
  ending: Promise<boolean> | undefined;
  stopTimer: () => void = () => undefined;
  readonly #callers = new Set<WaitingCaller>();

  constructor(request: PendingCall['request']) {
    this.request = request;
  }

  /** The call goes on when the caller leaves. `startTimer`: of the caller's own time. Default: it has that of the call. */
  attach(caller: WaitingCaller, startTimer = (): (() => void) => () => undefined): void {
    this.#callers.add(caller);
    caller.wait(() => this.#callers.delete(caller), startTimer);
  }

  /** There is nothing more to wait for. */
  end(result: CallEnd): void {
    this.stopTimer();
    const callers = [...this.#callers];
    this.#callers.clear();
    for (const caller of callers) caller.end(result);
  }
}
