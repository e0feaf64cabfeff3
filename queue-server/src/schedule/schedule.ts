import {
  backOffMs,
  MINUTE,
  QueueError,
  type ScheduledPage,
  type ScheduledQuery,
  type ScheduledReceipt,
  type ScheduledReport,
} from '@typed-queue/contracts';
import type { Draft, ScheduledTime } from '@typed-queue/contracts/wire';
import type { ServerClock } from '../engine/clocks.js';
import type { Engine } from '../engine/engine.js';
import { Additions } from './additions.js';
import { Cancellations } from './cancellations.js';
import { OneAtATime } from './one-at-a-time.js';
import { Recovery } from './recovery.js';
import { RecurringSchedules, type RecurringDeps } from './recurring/recurring-schedules.js';
import { ScheduleLog, type ScheduleLogDeps } from './schedule-log.js';
import { SCHEDULE_LOG, type StoredMessage } from './schedule-records.js';
import { ScheduleTimer } from './schedule-timer.js';
import { figuresOf, type ScheduleFigures } from './schedule-figures.js';
import { findWaiting } from './scheduled-messages.js';
import { pageOf, reportOf } from './scheduled-page.js';
import { Sender, type SenderDeps } from './sender.js';
import type { SettledIds } from './settled-ids.js';
import { Upkeep } from './upkeep.js';
import type { WaitingMessages } from './waiting-messages.js';

export interface ScheduleDeps
  extends
    Pick<SenderDeps, 'publish' | 'declares'>,
    Pick<ScheduleLogDeps, 'newId' | 'onError'>,
    Pick<RecurringDeps, 'onResting'> {
  readonly engine: Engine;
  readonly clock: ServerClock;
  /** The most messages that may wait. */
  readonly maxScheduled: number;
  /** Size of the log in bytes from which its records are copied forward. Default: 64 MiB. */
  readonly minCopiedBytes?: number;
  /** How many wait for queues that the contract does not have, by their names. */
  readonly onUndeclared: (counts: ReadonlyMap<string, number>) => void;
}

const RETRY = { minDelayMs: 1_000, maxDelayMs: MINUTE };

/**
 * Messages that are published later, of all queues. They wait in a log of their own, with one timer for all; by the wall
 * clock, since a time is meant: one that is set forth makes them due at once, and one that is set back lets them wait.
 */
export class Schedule {
  /** Messages that are published again and again. */
  readonly recurring: RecurringSchedules;
  readonly #deps: ScheduleDeps;
  readonly #log: ScheduleLog;
  readonly #waiting: WaitingMessages;
  readonly #settled: SettledIds;
  readonly #additions: Additions;
  readonly #sender: Sender;
  readonly #cancellations: Cancellations;
  readonly #upkeep: Upkeep;
  readonly #timer: ScheduleTimer;
  /** What may not happen at once: sending, cancelling, copying. */
  readonly #turns = new OneAtATime();
  #isClosed = false;
  /** From when the timer ended until nothing more is due. */
  #isWorking = false;
  #failures = 0;
  /** Something was removed since the log was trimmed, and when that was, by the clock that is never set. */
  #isTrimmed = true;
  #trimmedAt = -Infinity;

  private constructor(deps: ScheduleDeps, log: ScheduleLog, recovery: Recovery) {
    const { waiting, settled, uncertain } = recovery;
    const { engine, publish, declares, onError, maxScheduled, clock } = deps;
    const { wallNow } = clock;
    const { durability } = engine;
    this.#deps = deps;
    this.#log = log;
    this.#waiting = waiting;
    this.#settled = settled;
    const onAdded = this.#wait.bind(this);
    this.#additions = new Additions({ log, waiting, settled, maxScheduled, durability, wallNow, onAdded });
    this.#sender = new Sender(
      { engine, log, waiting, settled, publish, declares, wallNow, onError },
      uncertain,
    );
    this.#cancellations = this.#newCancellations();
    this.recurring = this.#recurring(recovery.recurring);
    this.#upkeep = this.#newUpkeep(recovery);
    this.#timer = new ScheduleTimer(clock, () => this.#begin());
  }

  /** Reads what waits, and finds out what was sent: before that, nothing may be published. */
  static async open(deps: ScheduleDeps): Promise<Schedule> {
    const { engine, newId, onError } = deps;
    const log = engine.queue(SCHEDULE_LOG.name);
    const recovery = await Recovery.read(log);
    const schedule = new Schedule(deps, new ScheduleLog({ log, newId, onError }), recovery);
    schedule.#release();
    // What fails now is tried again before anything else is sent.
    await schedule.#sender.resolve();
    const { refusal } = schedule.#sender;
    if (refusal !== undefined) onError(refusal.error);
    schedule.#isTrimmed = false;
    schedule.#arm();
    return schedule;
  }

  /** How many messages wait. */
  get size(): number {
    return this.#waiting.size;
  }

  get figures(): ScheduleFigures {
    const measured = { waiting: this.#waiting, sender: this.#sender, recurring: this.recurring };
    return figuresOf(measured, this.#deps.clock.wallNow());
  }

  /**
   * Resolves when the message waits as durably as the receipt says. One that waits, or was
   * sent of late, is answered as it was before.
   * @throws QueueError `request_invalid`, `overloaded`, `message_cancelled`
   */
  add(queue: string, draft: Draft, time: ScheduledTime): Promise<ScheduledReceipt> {
    return this.#additions.add(queue, draft, time);
  }

  /** @throws QueueError `request_invalid` */
  list(queue: string, query: ScheduledQuery): Promise<ScheduledPage> {
    return pageOf(this.#log.log, this.#waiting, queue, query);
  }

  /** Null: no such message waits. */
  async peek(queue: string, id: string): Promise<ScheduledReport | null> {
    const found = await findWaiting(this.#log.log, this.#waiting, { queue, id });
    return found === undefined ? null : reportOf(found.record);
  }

  /**
   * Resolves with whether the message waited, when that it was cancelled is durable.
   * @throws QueueError `overloaded` while it may be in its queue already
   */
  cancel(queue: string, id: string): Promise<boolean> {
    return this.#cancellations.add({ queue, id });
  }

  /** Sends nothing more; resolves when what was being sent is. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.stop();
    this.#sender.stop();
    await this.#turns.ended();
  }

  #newCancellations(): Cancellations {
    return new Cancellations({
      log: this.#log,
      waiting: this.#waiting,
      sender: this.#sender,
      turn: (operation) => this.#turns.run(operation),
      onCancelled: ({ queue, id, dueAt }) => {
        this.#settled.add({ queue, id }, { dueAt, isCancelled: true }, this.#deps.clock.wallNow());
        this.#isTrimmed = false;
      },
    });
  }

  #newUpkeep({ waiting, settled, settledBytes }: Recovery): Upkeep {
    return new Upkeep({
      log: this.#log,
      waiting,
      settled,
      settledBytes,
      recurring: this.recurring,
      minBytes: this.#deps.minCopiedBytes,
      floor: () => this.#sender.floor,
      added: () => this.#additions.ended(),
    });
  }

  #recurring(recovered: Recovery['recurring']): RecurringSchedules {
    const { declares, onError, onResting, clock } = this.#deps;
    return new RecurringSchedules(
      {
        log: this.#log,
        wallNow: clock.wallNow,
        declares,
        pause: nextTurn,
        onError,
        onResting,
        onRan: (messages) => {
          for (const message of messages) this.#wait(message);
        },
        onChange: () => {
          this.#isTrimmed = false;
          this.#arm();
        },
        turn: (operation) => this.#openTurn(operation),
      },
      recovered,
    );
  }

  #wait({ message, record }: StoredMessage): void {
    const { queue, draft, dueAt } = message;
    const { seq, size } = record;
    const slot = this.#waiting.add({ queue, id: draft.id, dueAt, addedSeq: seq, storedSeq: seq, size });
    this.#waiting.release(slot);
    this.#isTrimmed = false;
    if (!this.#isClosed) this.#timer.by(dueAt);
  }

  /** Those that a queue of the contract waits for; the others are held. */
  #release(): void {
    const { declares, onUndeclared } = this.#deps;
    for (const slot of this.#waiting.slots()) {
      const isDeclared = declares(this.#waiting.queue(slot));
      if (isDeclared && !this.#sender.isUncertain(slot)) this.#waiting.release(slot);
    }
    onUndeclared(new Map([...this.#waiting.counts].filter(([queue]) => !declares(queue))));
  }

  #begin(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#turns.run(() => {
      this.#sender.retry();
      return this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#isClosed) return;
    let more: boolean;
    try {
      const due = this.#waiting.nextDueAt;
      more = await this.#sender.sendDue();
      if (await this.recurring.runDue()) more = await this.#sender.sendDue();
      if (due !== this.#waiting.nextDueAt) this.#isTrimmed = false;
      await this.#trim();
      const { refusal } = this.#sender;
      if (!more && refusal !== undefined) throw refusal.error;
      if (refusal === undefined) this.#failures = 0;
    } catch (error) {
      more = false;
      this.#failures++;
      this.#deps.onError(error);
    }
    // What waits for its turn, as to cancel one, comes before the next ones.
    this.#isWorking = more && !this.#isClosed;
    if (this.#isWorking) void this.#turns.run(() => this.#work());
    else this.#arm();
  }

  async #trim(): Promise<void> {
    const { now, wallNow } = this.#deps.clock;
    if (this.#settled.expire(wallNow()) && this.#settled.size === 0) this.#isTrimmed = false;
    if (this.#isClosed || this.#isTrimmed || now() < this.#trimmedAt + MINUTE) return;
    this.#isTrimmed = true;
    try {
      const more = await this.#upkeep.run();
      if (!more) this.#trimmedAt = now();
      this.#isTrimmed &&= !more;
      if (more) this.#timer.by(wallNow());
    } catch (error) {
      this.#isTrimmed = false;
      throw error;
    }
  }

  #arm(): void {
    if (this.#isClosed) return;
    const { wallNow } = this.#deps.clock;
    const nextDueAt = Math.min(this.#waiting.nextDueAt ?? Infinity, this.recurring.nextAt ?? Infinity);
    if (this.#failures > 0) this.#timer.by(wallNow() + backOffMs(this.#failures, RETRY));
    else if (nextDueAt !== Infinity) this.#timer.by(nextDueAt);
    else if (!this.#isTrimmed || this.#log.hasUnrecorded || this.#settled.size > 0)
      this.#timer.by(wallNow() + MINUTE);
  }

  #openTurn<T>(operation: () => Promise<T>): Promise<T> {
    return this.#turns.run(() => {
      if (!this.#isClosed) return operation();
      throw new QueueError('draining', 'The server is shutting down. Send it again when it is back.');
    });
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
