import {
  MINUTE,
  newId,
  QueueError,
  SECOND,
  type Headers,
  type JsonText,
  type QueueDefinition,
} from '@typed-queue/contracts';
import type { CallEnd, Frame } from '@typed-queue/contracts/wire';
import type { GroupDelivery } from '../../delivery/group-delivery.js';
import type { ServerClock } from '../../engine/clocks.js';
import type { Engine } from '../../engine/engine.js';
import { RetryLoop } from '../../engine/retry-loop.js';
import { aborted } from '../call-state.js';
import type { Caller, MadeCall } from '../open-call.js';
import type { QueueCalls } from '../queue-calls.js';
import { AnswerStore } from './answer-store.js';
import { callKey } from './call-key.js';
import type { CallLogs } from './call-logs.js';
import { draftOf, requestIn } from './durable-request.js';
import { GatheredAppends } from '../../own-logs/gathered-appends.js';
import { HandOuts } from './hand-outs.js';
import { logFrames } from '../../own-logs/log-frames.js';
import type { PendingCall } from './pending-call.js';
import { errorEnd, PendingCalls } from './pending-calls.js';
import { RequestGroup } from './request-group.js';
import { UndeclaredRequests } from './undeclared-requests.js';
import { WaitingCaller } from './waiting-caller.js';

export interface DurableCallsDeps {
  readonly engine: Engine;
  readonly delivery: GroupDelivery;
  readonly clock: ServerClock;
  /** Has the responders. */
  readonly calls: QueueCalls;
  /** A call has its answer. */
  readonly onEnd: (call: string, result: CallEnd) => void;
  /** How many calls without an answer the contract no longer declares, by their names. */
  readonly onUndeclared: (counts: ReadonlyMap<string, number>) => void;
  readonly onError: (error: unknown) => void;
}

/** A durable call as its caller asks for it. */
export interface AskedCall {
  readonly principal: string;
  readonly call: string;
  /** Default: one that nobody knows. */
  readonly callId?: string | undefined;
  /** Undefined: only waits for a call that was made before. */
  readonly input: JsonText<unknown> | undefined;
  readonly headers?: Headers | undefined;
  readonly timeoutMs: number;
  readonly orderingKey?: string | undefined;
}

/**
 * The durable calls of one queue: a call is stored before it is handed out, and its answer before it is sent. Who asks again
 * with the same id waits for the same answer, or gets it.
 */
export class DurableCalls {
  readonly #deps: DurableCallsDeps;
  readonly #logs: CallLogs;
  readonly #answers: AnswerStore;
  readonly #pending: PendingCalls;
  readonly #requests: GatheredAppends;
  readonly #handOuts: HandOuts;
  readonly #groups = new Map<string, RequestGroup>();
  readonly #undeclared: UndeclaredRequests;
  readonly #reopening: RetryLoop<true>;
  /** Why no call can be made. */
  #refusal: QueueError | undefined;
  /** Nothing is handed out before all that waits is known. */
  #isOpen = false;
  #stopTrimming = (): void => undefined;

  private constructor(
    { failures = [] }: QueueDefinition,
    logs: CallLogs,
    answers: AnswerStore,
    deps: DurableCallsDeps,
  ) {
    this.#deps = deps;
    this.#logs = logs;
    this.#answers = answers;
    this.#pending = new PendingCalls({ ...deps, answers });
    this.#requests = new GatheredAppends(deps.engine.queue(logs.requests.name));
    this.#undeclared = new UndeclaredRequests((call, seq) => {
      const group = deps.engine.group(logs.requests.name, call);
      return group.info() && group.message(seq);
    });
    this.#reopening = new RetryLoop({
      attempt: () => this.#reopenGroups(),
      delayMs: () => SECOND,
      after: deps.clock.after,
    });
    this.#handOuts = new HandOuts({
      ...deps,
      failures,
      answers,
      durable: logs.durable,
      pending: this.#pending,
    });
  }

  /** Reads what is stored, and begins to hand it out: later, and no call can be made before, while the storage is full. */
  static async open(
    definition: QueueDefinition,
    logs: CallLogs,
    deps: DurableCallsDeps,
  ): Promise<DurableCalls> {
    const { engine, clock } = deps;
    const { name, retention } = logs.answers;
    const log = engine.queue(name);
    const { maxAgeMs = Infinity } = retention;
    const answers = await AnswerStore.open({ name, log, maxAgeMs, wallNow: clock.wallNow });
    const durable = new DurableCalls(definition, logs, answers, deps);
    if (await durable.#openGroups()) await durable.#begin();
    else durable.#reopening.start(() => void durable.#begin().then(() => durable.#resume(), deps.onError));
    return durable;
  }

  /** Makes a call, or waits for one that was made with the same id. */
  make(asked: AskedCall, caller: Caller): MadeCall {
    const { principal, call, callId = newId() } = asked;
    const key = callKey({ principal, call, callId });
    const waiting = new WaitingCaller(caller);
    this.#make(asked, key, waiting).catch((error: unknown) => {
      if (!(error instanceof QueueError)) this.#deps.onError(error);
      waiting.end(errorEnd(error));
    });
    return {
      cancel: (why) => {
        // Who only waits for a call that was made before does not end it for others.
        if (why === undefined && asked.input !== undefined) this.#pending.cancel(key);
        else waiting.end(errorEnd(why ?? aborted()));
      },
      leave: () => waiting.leave(),
      more: () => false,
    };
  }

  /** Somebody answers these from now on. */
  served(calls: ReadonlySet<string>): void {
    for (const call of calls) this.#groups.get(call)?.resume();
  }

  /** How many calls of a name have no answer. */
  countOf(call: string): number {
    return this.#pending.countOf(call);
  }

  close(): void {
    void this.#reopening.stop();
    this.#stopTrimming();
    for (const group of this.#groups.values()) group.close();
    this.#pending.close();
  }

  async #make(asked: AskedCall, key: string, caller: WaitingCaller): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const answer = this.#answers.has(key) ? await this.#answers.find(key) : undefined;
    if (answer !== undefined) {
      caller.end(answer);
      return;
    }
    const known = this.#pending.get(key);
    if (known === undefined) await this.#store(asked, key, caller);
    else known.attach(caller, () => this.#endAfter(asked.timeoutMs, known, caller));
  }

  /** A caller may have less time than the call. Otherwise the end of that, which is stored first, is its own. */
  #endAfter(ms: number, { request }: PendingCall, caller: WaitingCaller): () => void {
    if (ms >= this.#pending.remainingMs(request)) return () => undefined;
    return this.#deps.clock.after(ms, () => caller.end(errorEnd(waitOver())));
  }

  /** @throws QueueError `call_gone`, `overloaded` */
  async #store(
    { principal, call, input, headers, timeoutMs, orderingKey }: AskedCall,
    callKey: string,
    caller: WaitingCaller,
  ): Promise<void> {
    if (input === undefined) throw callGone(call);
    this.#pending.checkRoom(principal);
    const deadline = this.#deps.clock.wallNow() + timeoutMs;
    const pending = this.#pending.add({ callKey, principal, call, deadline });
    pending.attach(caller);
    try {
      await this.#requests.append(
        draftOf({ callKey, principal, call, input, headers, deadline, orderingKey }),
      );
    } catch (error) {
      this.#pending.refuse(pending, error);
    }
  }

  /** Opens those that are not open. False: the storage takes nothing at the moment. */
  async #openGroups(): Promise<boolean> {
    for (const call of this.#logs.durable.keys()) {
      if (this.#groups.has(call)) continue;
      try {
        this.#groups.set(call, await this.#openGroup(call));
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.#refusal = error;
        return false;
      }
    }
    return true;
  }

  async #reopenGroups(): Promise<true | undefined> {
    try {
      return (await this.#openGroups()) || undefined;
    } catch (error) {
      this.#deps.onError(error);
      return undefined;
    }
  }

  #openGroup(call: string): Promise<RequestGroup> {
    const { clock, calls } = this.#deps;
    return RequestGroup.open({
      ...this.#deps,
      after: clock.after,
      queue: this.#logs.requests.name,
      call,
      // Without its own requests, a group passes those of other calls.
      isReady: () => this.#isOpen && (calls.answers(call) || this.countOf(call) === 0),
      take: (held) => this.#handOuts.take(held),
    });
  }

  /** Hands out what waits, from now on. */
  async #begin(): Promise<void> {
    await this.#readPending();
    this.#isOpen = true;
    this.#refusal = undefined;
    this.#trimLater();
  }

  #resume(): void {
    for (const group of this.#groups.values()) group.resume();
  }

  async #readPending(): Promise<void> {
    const log = this.#deps.engine.queue(this.#logs.requests.name);
    const floors = log.groups.positions().map(({ floor }) => floor);
    for await (const frame of logFrames(log, Math.min(...floors))) {
      for (let index = 0; index < frame.count; index++) this.#readRequest(frame, index);
    }
    this.#deps.onUndeclared(this.#undeclared.counts);
  }

  #readRequest(frame: Frame, index: number): void {
    const [call, seq] = [frame.event(index), frame.firstSeq + index];
    const group = this.#groups.get(call);
    if (group === undefined) {
      this.#undeclared.add(call, seq);
      return;
    }
    const request = group.isPending(seq) ? requestIn(frame, index) : undefined;
    if (request !== undefined && !this.#answers.has(request.callKey)) this.#pending.add(request);
  }

  /** The first seq of a call without an answer. */
  get #floor(): number {
    return Math.min(this.#undeclared.floor, ...[...this.#groups.values()].map(({ floor }) => floor));
  }

  /** Removes the requests that are settled. */
  #trimLater(): void {
    const { engine, clock, onError } = this.#deps;
    this.#stopTrimming = clock.after(MINUTE, () => {
      this.#resume();
      const log = engine.queue(this.#logs.requests.name);
      if (this.#floor > log.head().firstSeq) log.trim(this.#floor).catch(onError);
      this.#trimLater();
    });
  }
}

/** Of a storage that takes nothing at the moment. */
const isPassing = (error: unknown): error is QueueError =>
  error instanceof QueueError && ['storage_full', 'storage_unavailable'].includes(error.code);

/** Of somebody who has less time than the call. */
const waitOver = (): QueueError =>
  new QueueError('deadline_exceeded', 'The time of this wait is over. The call goes on: wait for it again.', {
    details: { pending: true },
  });

const callGone = (call: string): QueueError =>
  new QueueError(
    'call_gone',
    `No call "${call}" of this id is known: it was never stored, or its answer is no longer kept. Make it with its input.`,
    { details: { call } },
  );
