import { SECOND, type FailureDeclaration } from '@typed-queue/contracts';
import type { CallEnd } from '@typed-queue/contracts/wire';
import type { NewCall } from '../open-call.js';
import type { QueueCalls } from '../queue-calls.js';
import { callDelayMs, failureDelayMs } from '../retry-delays.js';
import type { AnswerStore } from './answer-store.js';
import type { CallLogs } from './call-logs.js';
import type { DurableRequest } from './durable-request.js';
import { nextStep, type NextStep } from './next-step.js';
import type { PendingCall } from './pending-call.js';
import type { PendingCalls } from './pending-calls.js';
import type { HeldRequest } from './request-group.js';

interface HandOutsDeps {
  readonly durable: CallLogs['durable'];
  /** Of the queue. */
  readonly failures: readonly FailureDeclaration[];
  readonly answers: Pick<AnswerStore, 'has'>;
  readonly pending: PendingCalls;
  /** Has the responders. */
  readonly calls: QueueCalls;
}

/** Takes the requests of durable calls from their groups to responders, and settles them. */
export class HandOuts {
  readonly #deps: HandOutsDeps;

  constructor(deps: HandOutsDeps) {
    this.#deps = deps;
  }

  /** Returns what is called when the request is no longer held. */
  take(held: HeldRequest): () => void {
    const { answers, pending, durable } = this.#deps;
    const { request, isRedriven, settle } = held;
    if (isRedriven) return this.#handOut(held, durable.get(request.call)?.timeoutMs ?? SECOND, undefined);
    const known = pending.get(request.callKey);
    if (known?.ending !== undefined) {
      void known.ending.then((isStored) => {
        if (isStored) settle({ kind: 'ack' });
      });
    } else if (answers.has(request.callKey) || known?.made !== undefined) {
      // It was answered, or another request of the same call is with a responder.
      settle({ kind: 'ack' });
    } else return this.#handOut(held, pending.remainingMs(request), known ?? pending.add(request));
    return () => undefined;
  }

  /** Without `pending`, the call has its answer already, and only what the responder does counts. */
  #handOut(held: HeldRequest, remainingMs: number, pending: PendingCall | undefined): () => void {
    const state = { isOver: false };
    const over = (): void => {
      state.isOver = true;
      if (pending !== undefined) pending.made = undefined;
    };
    const made = this.#deps.calls.call(newCall(held, remainingMs), {
      onItem: () => undefined,
      onEnd: (result) => {
        if (state.isOver || result.kind === 'end') return;
        over();
        this.#ended(held, result, pending);
      },
    });
    // It may have ended at once.
    if (!state.isOver && pending !== undefined) pending.made = made;
    return () => {
      over();
      made.cancel();
    };
  }

  #ended(held: HeldRequest, result: CallEnd, pending: PendingCall | undefined): void {
    const { pending: all } = this.#deps;
    const { kind, outcome } = this.#nextStep(held, result);
    if (kind === 'again' || pending === undefined) {
      held.settle(outcome);
      return;
    }
    all.end(pending, result, () => held.settle(outcome));
  }

  #nextStep({ request, attempt }: HeldRequest, result: CallEnd): NextStep {
    const { failures, pending } = this.#deps;
    const own = failures.filter(({ event }) => event === request.call);
    return nextStep(result, {
      attempt,
      remainingMs: pending.remainingMs(request),
      delayMs: (code) => (code === undefined ? callDelayMs(attempt) : failureDelayMs(own, code, attempt)),
    });
  }
}

const newCall = (
  {
    request: { call: name, input, headers, callKey: id },
    attempt,
  }: { readonly request: DurableRequest; readonly attempt: number },
  remainingMs: number,
): NewCall => ({
  name,
  input,
  headers,
  timeoutMs: Math.max(1, remainingMs),
  idempotent: false,
  durable: { attempt, id },
  retryDelayMs: () => undefined,
});
