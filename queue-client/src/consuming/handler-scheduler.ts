import type { QueueError, Range } from '@typed-queue/contracts';
import { keyHash, type GrantHeader, type Settlement } from '@typed-queue/contracts/wire';
import type { FrameMessages } from '../messages/lazy-messages.js';
import type { Runtime } from '../runtime.js';
import type { AnyFail } from '../failures/declared-failure.js';
import { Grant, type Dropped } from './grant.js';
import { HandlerPool, type HandlerPoolDeps } from './handler-pool.js';
import { KeyQueues } from './key-queues.js';
import type { LeaseClock } from './lease-clock.js';
import { TurnBudget } from './turn-budget.js';

export interface HandlerSchedulerDeps extends Omit<HandlerPoolDeps, 'keyQueues' | 'onEnd' | 'runtime'> {
  readonly runtime: HandlerPoolDeps['runtime'] & Pick<Runtime, 'defer'>;
  readonly leases: Pick<LeaseClock, 'granted' | 'forget' | 'check'>;
  readonly fail: AnyFail;
}

const NOTHING: Dropped = { running: [], waiting: [] };

/**
 * Starts handlers for the grants of one subscription, in the order of grants and of seqs. Later messages pass one
 * whose ordering key is running or held.
 */
export class HandlerScheduler {
  readonly #onOutcome: () => void;
  readonly #fail: AnyFail;
  readonly #grants = new Map<number, Grant>();
  /** Grants with unread messages. */
  readonly #unread: Grant[] = [];
  readonly #keyQueues = new KeyQueues();
  readonly #handlers: HandlerPool;
  readonly #leases: HandlerSchedulerDeps['leases'];
  readonly #budget: TurnBudget;
  #stopped = false;

  constructor(deps: HandlerSchedulerDeps) {
    this.#onOutcome = deps.onOutcome;
    this.#fail = deps.fail;
    this.#leases = deps.leases;
    this.#handlers = new HandlerPool({ ...deps, keyQueues: this.#keyQueues, onEnd: () => this.#fill() });
    this.#budget = new TurnBudget({
      runtime: deps.runtime,
      onBegin: () => this.#leases.check(),
      onNext: () => this.#fill(),
    });
  }

  /** The tokens of all leases. */
  get tokens(): readonly number[] {
    return [...this.#grants.keys()];
  }
  /** Whether handlers are running. */
  get busy(): boolean {
    return this.#handlers.busy;
  }
  /** Whether the caller is one of the handlers, as far as the platform knows. */
  get calling(): boolean {
    return this.#handlers.calling;
  }
  /** Whether there are outcomes to send. */
  get hasOutcomes(): boolean {
    return [...this.#grants.values()].some((grant) => grant.hasOutcomes);
  }

  accept(header: GrantHeader, messages: FrameMessages): void {
    const grant = new Grant(header, messages, { onExtend: this.#onOutcome, fail: this.#fail });
    this.#grants.set(grant.token, grant);
    this.#leases.granted(grant.token, header.leaseMs);
    this.#unread.push(grant);
    this.#fill();
  }

  /** The next request extends all leases. */
  extend(): void {
    for (const grant of this.#grants.values()) grant.extend();
    if (this.#grants.size > 0) this.#onOutcome();
  }

  /** After a reconnect: asks what is still held here. Until the answer, no message with a key starts. */
  resume(): void {
    this.#keyQueues.holdAll();
    this.extend();
  }

  /** Takes out what a request has to say. */
  settlements(request: number): readonly Settlement[] {
    this.#keyQueues.requestSent(request);
    return [...this.#grants.values()].flatMap((grant) => grant.settlements());
  }

  /** The server answered a request. `isUnanswered`: others of the token are in requests without an answer. */
  settled(request: number, isUnanswered: (token: number) => boolean): void {
    for (const [token, grant] of this.#grants) {
      if (grant.done && !isUnanswered(token)) this.#forget(token);
    }
    if (this.#keyQueues.requestAnswered(request)) this.#fill();
  }

  /** Removes messages that the server took back. */
  drop(token: number, ranges: readonly Range[], reason: QueueError): Dropped {
    const dropped = this.#grants.get(token)?.drop(ranges, reason) ?? NOTHING;
    // An empty grant is forgotten when the next request was answered.
    this.#onOutcome();
    return dropped;
  }

  /**
   * A lease may be over. Gives back what has no outcome: until the server has answered what it took back beside, no message
   * with a key starts, since it could be behind one of these.
   */
  giveBack(token: number, reason: QueueError): Dropped {
    const dropped = this.#grants.get(token)?.giveBack(reason) ?? NOTHING;
    this.#keyQueues.holdAll();
    this.#onOutcome();
    return dropped;
  }

  /** A lease ended. Returns the messages whose outcomes were not sent. */
  lose(token: number, reason: QueueError): readonly Range[] {
    const ranges = this.#grants.get(token)?.lose(reason) ?? [];
    this.#forget(token);
    return ranges;
  }

  /** Starts no more handlers. */
  stop(): void {
    this.#stopped = true;
  }

  /** Gives back the messages that no handler has begun. */
  release(): void {
    for (const grant of this.#grants.values()) grant.release();
    if (!this.hasOutcomes) return;
    this.#keyQueues.holdAll();
    this.#onOutcome();
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    return this.#handlers.idle();
  }

  /** For a calling handler: resolves when no handler runs except those that await this too. */
  othersIdle(): Promise<void> {
    return this.#handlers.othersIdle();
  }

  /** Stops permanently, with all timers of handlers. */
  end(): void {
    this.stop();
    this.#handlers.stop();
  }

  #fill(): void {
    while (!this.#stopped && this.#handlers.hasFreeSlot && !this.#budget.spent) {
      // Parked messages were delivered earlier than unread ones.
      const parked = this.#keyQueues.next();
      if (parked !== undefined) this.#handlers.run(parked.grant, parked.message, parked.keyHash);
      else if (!this.#startUnread()) return;
    }
  }

  #forget(token: number): void {
    this.#grants.delete(token);
    this.#leases.forget(token);
  }

  /** Runs or parks the next unread message. False: there is none. */
  #startUnread(): boolean {
    const [grant] = this.#unread;
    if (grant === undefined) return false;
    const message = grant.next();
    if (message === undefined) {
      this.#unread.shift();
      return true;
    }
    const { key } = message.headers;
    const hash = key === undefined ? undefined : keyHash(key);
    if (hash === undefined || this.#keyQueues.enter({ keyHash: hash, grant, message })) {
      this.#handlers.run(grant, message, hash);
    }
    return true;
  }
}
