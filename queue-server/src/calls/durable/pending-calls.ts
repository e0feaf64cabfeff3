import { QueueError, SECOND } from '@typed-queue/contracts';
import { failed, MAX_TIMER_MS, type CallEnd } from '@typed-queue/contracts/wire';
import { fromWallTime, type ServerClock } from '../../engine/clocks.js';
import { aborted, deadlineExceeded } from '../call-state.js';
import type { AnswerStore } from './answer-store.js';
import { PendingCall } from './pending-call.js';

interface PendingCallsDeps {
  readonly clock: ServerClock;
  readonly answers: Pick<AnswerStore, 'add'>;
  /** A call has its answer. */
  readonly onEnd: (call: string, result: CallEnd) => void;
  readonly onError: (error: unknown) => void;
}

/** Of one queue: each takes about 500 bytes of memory. */
const MAX_PENDING = 100_000;

/** The durable calls of one queue that have no answer, by their keys. */
export class PendingCalls {
  readonly #deps: PendingCallsDeps;
  readonly #byKey = new Map<string, PendingCall>();
  /** By the name of the call. */
  readonly #byCall = new Map<string, number>();
  /** By who made it. */
  readonly #byPrincipal = new Map<string, number>();

  constructor(deps: PendingCallsDeps) {
    this.#deps = deps;
  }

  get(key: string): PendingCall | undefined {
    return this.#byKey.get(key);
  }

  /** How many calls of a name there are. */
  countOf(call: string): number {
    return this.#byCall.get(call) ?? 0;
  }

  /**
   * A principal may have as many as are free: half of all when it is alone, a fifth for each of four, so that none takes the room
   * of the others. @throws QueueError `overloaded`
   */
  checkRoom(principal: string): void {
    const own = this.#byPrincipal.get(principal) ?? 0;
    const free = MAX_PENDING - this.#byKey.size;
    if (own < free) return;
    const why = `Of the ${MAX_PENDING} durable calls that a queue may have without answers, "${principal}" has ${own}, and ${free} are free. Try again later.`;
    throw new QueueError('overloaded', why, { details: { limit: MAX_PENDING, own, free } });
  }

  add(request: PendingCall['request']): PendingCall {
    const pending = new PendingCall(request);
    this.#byKey.set(request.callKey, pending);
    this.#count(request, 1);
    this.#expireAfter(pending, this.remainingMs(request));
    return pending;
  }

  /** It could not be stored. */
  refuse(pending: PendingCall, error: unknown): void {
    this.#remove(pending);
    pending.end(errorEnd(error));
  }

  /** Its caller gave up. */
  cancel(key: string): void {
    const pending = this.#byKey.get(key);
    if (pending !== undefined) this.#giveUp(pending, aborted());
  }

  /**
   * Stores its answer, and sends it to who waits; the first answer is the one that it has. While it cannot be stored, that is
   * tried again, as long as the server is open. `onStored`: the call has an answer, this one or another.
   */
  end(pending: PendingCall, result: CallEnd, onStored: () => void = () => undefined): void {
    pending.ending ??= this.#answer(pending, result);
    void pending.ending.then((isStored) => {
      if (isStored) onStored();
    });
  }

  /** Of the time of its caller. */
  remainingMs({ deadline }: Pick<PendingCall['request'], 'deadline'>): number {
    const { clock } = this.#deps;
    return fromWallTime(deadline, MAX_TIMER_MS, clock) - clock.now();
  }

  close(): void {
    for (const { stopTimer } of this.#byKey.values()) stopTimer();
  }

  #expireAfter(pending: PendingCall, ms: number): void {
    pending.stopTimer = this.#deps.clock.after(Math.max(0, ms), () =>
      this.#giveUp(pending, deadlineExceeded()),
    );
  }

  #giveUp(pending: PendingCall, why: QueueError): void {
    if (pending.made !== undefined) {
      pending.made.cancel(why);
      return;
    }
    this.end(pending, errorEnd(why));
  }

  /** Resolves with whether it is stored: not when the server closed before. */
  async #answer(pending: PendingCall, result: CallEnd): Promise<boolean> {
    const { callKey: key, call } = pending.request;
    const { answers, clock, onError, onEnd } = this.#deps;
    try {
      await answers.add(key, call, result);
    } catch (error) {
      if (error instanceof QueueError && error.code === 'closed') return false;
      onError(error);
      await new Promise<void>((resolve) => clock.after(SECOND, resolve));
      return this.#answer(pending, result);
    }
    this.#remove(pending);
    onEnd(call, result);
    pending.end(result);
    return true;
  }

  #remove({ request }: PendingCall): void {
    this.#byKey.delete(request.callKey);
    this.#count(request, -1);
  }

  #count({ call, principal }: PendingCall['request'], change: number): void {
    this.#byCall.set(call, this.countOf(call) + change);
    if (principal === undefined) return;
    const own = (this.#byPrincipal.get(principal) ?? 0) + change;
    if (own === 0) this.#byPrincipal.delete(principal);
    else this.#byPrincipal.set(principal, own);
  }
}

/** What a caller gets when there is no answer. */
export const errorEnd = (error: unknown): CallEnd => ({ kind: 'error', error: failed(error).error });
