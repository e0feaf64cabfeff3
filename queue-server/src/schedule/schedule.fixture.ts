import { readMessages, type Draft, type Frame, type ScheduledTime } from '@typed-queue/contracts/wire';
import type { AnyMessage, ScheduledReceipt } from '@typed-queue/contracts';
import { Time } from '../engine/conformance/time.fixture.js';
import type { Engine } from '../engine/engine.js';
import { draftOf, idOf } from '../engine/frames.fixture.js';
import type { LocalOptions } from '../engine/local-options.js';
import { logFrames } from '../own-logs/log-frames.js';
import type { RestingSchedule } from './recurring/recurring-schedules.js';
import { SCHEDULE_LOG } from './schedule-records.js';
import { Schedule, type ScheduleDeps } from './schedule.js';

export const FILES = 'files';
export const DATABASE = 'database';

/** Opens an engine; it may be asked once a test. */
export type OpenEngine = (
  options: Pick<LocalOptions, 'queues' | 'now' | 'wallNow' | 'after'>,
) => Engine | Promise<Engine>;

/** Its number is not that of a message. */
const NOBODY = idOf(0);

/** Of records: each has another id, also after a restart. */
let records = 1_000_000;

/** A schedule over an engine, and clocks that the test moves. */
export class ScheduleTrial {
  readonly time = new Time();
  /** How far the wall clock is set forth. */
  wallAheadMs = 0;
  readonly errors: unknown[] = [];
  readonly undeclared: ReadonlyMap<string, number>[] = [];
  readonly resting: (readonly RestingSchedule[])[] = [];
  /** Queues that the contract lacks. */
  readonly lacking = new Set<string>();
  /** In place of an append to a queue. */
  publish: (queue: string, frame: Frame) => Promise<unknown> = (queue, frame) =>
    this.engine.queue(queue).append(frame);
  maxScheduled = 1_000_000;
  minCopiedBytes: number | undefined;
  #engine: Engine | undefined;
  #schedule: Schedule | undefined;

  /** `now`: what its clock says first. */
  static async start(open: OpenEngine, now?: number, minCopiedBytes?: number): Promise<ScheduleTrial> {
    const trial = new ScheduleTrial();
    trial.minCopiedBytes = minCopiedBytes;
    trial.time.now = now ?? trial.time.now;
    const queues = [{ name: FILES, retention: {} }, { name: DATABASE, retention: {} }, SCHEDULE_LOG];
    trial.#engine = await open({ queues, ...trial.clock });
    await trial.open();
    return trial;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('the engine is not open yet');
    return this.#engine;
  }

  get schedule(): Schedule {
    if (this.#schedule === undefined) throw new Error('the schedule is not open yet');
    return this.#schedule;
  }

  readonly wallNow = (): number => this.time.now + this.wallAheadMs;

  get clock(): ScheduleDeps['clock'] {
    return { now: () => this.time.now, wallNow: this.wallNow, after: this.time.after };
  }

  /** Opens the schedule of the engine. */
  async open(): Promise<void> {
    this.#schedule = await Schedule.open({
      engine: this.engine,
      clock: this.clock,
      maxScheduled: this.maxScheduled,
      ...(this.minCopiedBytes === undefined ? {} : { minCopiedBytes: this.minCopiedBytes }),
      newId: () => idOf(records++),
      publish: (queue, frame) => this.publish(queue, frame),
      declares: (queue) => !this.lacking.has(queue),
      onUndeclared: (counts) => this.undeclared.push(counts),
      onResting: (schedules) => this.resting.push(schedules),
      onError: (error) => this.errors.push(error),
    });
  }

  async reopen(): Promise<void> {
    await this.schedule.close();
    await this.open();
  }

  async end(): Promise<void> {
    await this.schedule.close();
    await this.engine.close();
  }

  /** Schedules a message that is known by its number. */
  add(number: number, time: ScheduledTime | number, queue = FILES): Promise<ScheduledReceipt> {
    return this.addDraft(draftOf(number), typeof time === 'number' ? { delayMs: time } : time, queue);
  }

  addDraft(draft: Draft, time: ScheduledTime, queue = FILES): Promise<ScheduledReceipt> {
    return this.schedule.add(queue, draft, time);
  }

  /** Lets time pass; resolves when what became due is sent. */
  async pass(ms: number): Promise<void> {
    this.time.pass(ms);
    await this.rest();
  }

  /** Resolves when what is due is sent: a cancellation takes its turn after some of it. */
  async rest(): Promise<void> {
    for (let before = Infinity; this.schedule.size < before;) {
      before = this.schedule.size;
      await this.schedule.cancel(FILES, NOBODY);
    }
  }

  async messages(queue = FILES): Promise<readonly AnyMessage[]> {
    const log = this.engine.queue(queue);
    const messages: AnyMessage[] = [];
    for await (const frame of logFrames(log, log.head().firstSeq))
      messages.push(...readMessages(frame, queue));
    return messages;
  }

  /** The numbers of the messages of a queue, in order. */
  async sent(queue = FILES): Promise<readonly number[]> {
    // Safe: payloads of `draftOf`.
    return (await this.messages(queue)).map(({ payload }) => (payload as { readonly number: number }).number);
  }
}
