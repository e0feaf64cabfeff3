import { QueueError, type ScheduleStatus } from '@typed-queue/contracts';
import { MAX_SCHEDULES, MAX_SCHEDULES_BYTES, type Draft, type Frame } from '@typed-queue/contracts/wire';
import type { ScheduleLog } from '../schedule-log.js';
import type { StoredMessage } from '../schedule-records.js';
import { calendarOf, firstRun } from './calendar.js';
import { dueRuns, type Pause } from './missed-runs.js';
import { definitionBytes, isSame, type Definition, type RecurringRecord } from './recurring-record.js';
import { RecurringSchedule, statusOf } from './recurring-schedule.js';
import { runMessages } from './run-messages.js';

export interface RecurringDeps {
  readonly log: Pick<ScheduleLog, 'recurring' | 'forgotten' | 'ran'>;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
  readonly pause: Pause;
  /** Whether the contract has a queue. */
  readonly declares: (queue: string) => boolean;
  /** Runs that are stored: they are to be sent. */
  readonly onRan: (messages: readonly StoredMessage[]) => void;
  /** The next run may be another one. */
  readonly onChange: () => void;
  /** One after the other, and not while messages are sent or copied. @throws QueueError `draining` */
  readonly turn: <T>(operation: () => Promise<T>) => Promise<T>;
  /** Schedules whose queue the contract lacks: all of them once, and each again when it first misses a run. */
  readonly onResting: (schedules: readonly RestingSchedule[]) => void;
  readonly onError: (error: unknown) => void;
}

/** A schedule whose queue the contract lacks. */
export interface RestingSchedule {
  readonly name: string;
  readonly queue: string;
  /** Of its first run that was due and is not made, in milliseconds since 1970. Null: there is none yet. */
  readonly missedAt: number | null;
}

/** What the guard let in. */
interface Given extends Omit<Definition, 'event' | 'payload' | 'headers'> {
  readonly draft: Pick<Draft, 'event' | 'payload' | 'headers'>;
}

/** Whether the client administers a queue. */
type Administers = (queue: string) => boolean;

/**
 * Messages that are published again and again. A run that is due becomes a message for later, in one append with the
 * progress of its schedule: each is made once, whatever crashes. Schedules of queues that the contract lacks are held.
 */
export class RecurringSchedules {
  readonly #deps: RecurringDeps;
  readonly #schedules = new Map<string, RecurringSchedule>();
  /** Those that rest, and whose missed run was reported. */
  readonly #missing = new Set<RecurringSchedule>();

  /** `recovered`: by the seqs of the records. */
  constructor(deps: RecurringDeps, recovered: ReadonlyMap<number, RecurringRecord>) {
    this.#deps = deps;
    for (const [seq, record] of recovered) {
      this.#schedules.set(record.name, RecurringSchedule.recovered(record, seq, deps.onError));
    }
    this.#reportResting([...this.#schedules.values()].filter((schedule) => this.#rests(schedule)));
  }

  /** When the next run is due, or is missed and to be reported; undefined: none is. */
  get nextAt(): number | undefined {
    const awaited = [...this.#schedules.values()].filter((schedule) => !this.#missing.has(schedule));
    const times = awaited.map(({ nextAt }) => nextAt ?? Infinity);
    const first = Math.min(Infinity, ...times);
    return first === Infinity ? undefined : first;
  }

  /** The oldest record that is needed. */
  get firstStoredSeq(): number {
    return Math.min(Infinity, ...[...this.#schedules.values()].map(({ storedSeq }) => storedSeq));
  }

  /** Of all records that are needed, about. */
  get bytes(): number {
    let bytes = 0;
    for (const { record } of this.#schedules.values()) bytes += definitionBytes(record.definition);
    return bytes;
  }

  /** How many there are of each queue that has any. */
  get counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { record } of this.#schedules.values()) {
      const { queue } = record.definition;
      counts.set(queue, (counts.get(queue) ?? 0) + 1);
    }
    return counts;
  }

  /** By name. */
  list(shows: (queue: string) => boolean): readonly ScheduleStatus[] {
    const shown = [...this.#schedules.values()].filter(({ record }) => shows(record.definition.queue));
    return shown.map(statusOf).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /**
   * Makes a schedule, or replaces the one of this name; the same definition again changes nothing. Resolves when it is durable.
   * @throws QueueError `request_invalid`, `overloaded`, `forbidden`, `draining`
   */
  async put(name: string, { draft, ...times }: Given, administers: Administers): Promise<ScheduleStatus> {
    const { event, payload, headers } = draft;
    const definition = { ...times, event, payload, headers };
    const calendar = calendarOf(definition);
    firstRun(calendar, definition, this.#deps.wallNow());
    return this.#deps.turn(async () => {
      const known = this.#known(name, administers);
      if (known !== undefined && isSame(known.record.definition, definition)) return statusOf(known);
      this.#checkRoom(definition, known);
      if (known !== undefined) while (this.#isDue(known)) await this.#run(known);
      const through = Math.max(this.#deps.wallNow(), known?.record.through ?? 0);
      const record = { name, definition, through, lastAt: known?.record.lastAt ?? null };
      const seq = await this.#deps.log.recurring(record);
      const schedule = new RecurringSchedule(record, seq, calendar);
      this.#schedules.set(name, schedule);
      this.#deps.onChange();
      return statusOf(schedule);
    });
  }

  /** Resolves with whether there was one, when that it is deleted is durable. @throws QueueError `forbidden`, `draining` */
  delete(name: string, administers: Administers): Promise<boolean> {
    return this.#deps.turn(async () => {
      if (this.#known(name, administers) === undefined) return false;
      await this.#deps.log.forgotten(name);
      this.#schedules.delete(name);
      this.#deps.onChange();
      return true;
    });
  }

  /** Makes runs that are due, some of each schedule. Resolves with whether there were any. @throws whatever the log refuses with */
  async runDue(): Promise<boolean> {
    const all = [...this.#schedules.values()].filter((schedule) => this.#isDue(schedule));
    const due = all.filter((schedule) => !this.#rests(schedule));
    this.#reportResting(all.filter((schedule) => this.#rests(schedule) && !this.#missing.has(schedule)));
    const errors: unknown[] = [];
    // One that fails does not stop the others.
    for (const schedule of due) await this.#run(schedule).catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw errors[0];
    return due.length > 0;
  }

  /** Copies the records of a frame that are needed to the end of the log. Resolves with how many bytes they have. */
  async copy({ firstSeq, lastSeq }: Pick<Frame, 'firstSeq' | 'lastSeq'>): Promise<number> {
    let bytes = 0;
    for (const schedule of this.#schedules.values()) {
      if (schedule.storedSeq < firstSeq || schedule.storedSeq > lastSeq) continue;
      schedule.storedSeq = await this.#deps.log.recurring(schedule.record);
      bytes += definitionBytes(schedule.record.definition);
    }
    return bytes;
  }

  /** Whether the contract lacks its queue. */
  #rests({ record }: RecurringSchedule): boolean {
    return !this.#deps.declares(record.definition.queue);
  }

  #reportResting(schedules: readonly RecurringSchedule[]): void {
    if (schedules.length === 0) return;
    const reports = schedules.map((schedule) => {
      const { name, definition } = schedule.record;
      const isMissing = this.#isDue(schedule);
      if (isMissing) this.#missing.add(schedule);
      return { name, queue: definition.queue, missedAt: isMissing ? (schedule.nextAt ?? null) : null };
    });
    this.#deps.onResting(reports);
  }

  #isDue({ nextAt = Infinity }: RecurringSchedule): boolean {
    return nextAt <= this.#deps.wallNow();
  }

  async #run(schedule: RecurringSchedule): Promise<void> {
    const { wallNow, pause, log, onRan } = this.#deps;
    const { calendar, record } = schedule;
    if (calendar === undefined) return;
    const { missed } = record.definition;
    const due =
      schedule.due ?? (await dueRuns(calendar, { through: record.through, now: wallNow(), missed }, pause));
    // The clock was set back meanwhile.
    if (due === undefined) return;
    schedule.due = due;
    const { messages, rest } = runMessages(record, due.runs);
    const lastAt = messages.at(-1)?.dueAt ?? record.lastAt;
    const isLast = rest.length === 0;
    const next = { ...record, lastAt, through: isLast ? due.through : (lastAt ?? record.through) };
    const ran = await log.ran(messages, next);
    schedule.advance(next, ran.seq, isLast ? undefined : { runs: rest, through: due.through });
    onRan(ran.messages);
  }

  /** The schedule of a name, which the client administers. */
  #known(name: string, administers: Administers): RecurringSchedule | undefined {
    const known = this.#schedules.get(name);
    if (known === undefined || administers(known.record.definition.queue)) return known;
    throw new QueueError(
      'forbidden',
      `There is a schedule "${name}" of a queue that you may not administer, or that the contract lacks. Names are per server: choose another one.`,
      { details: { verb: 'admin', schedule: name } },
    );
  }

  #checkRoom(definition: Definition, known: RecurringSchedule | undefined): void {
    const bytes =
      this.bytes + definitionBytes(definition) - (known ? definitionBytes(known.record.definition) : 0);
    const count = this.#schedules.size + (known === undefined ? 1 : 0);
    if (count <= MAX_SCHEDULES && bytes <= MAX_SCHEDULES_BYTES) return;
    const [what, limit] =
      count > MAX_SCHEDULES ? ['schedules', MAX_SCHEDULES] : ['bytes of schedules', MAX_SCHEDULES_BYTES];
    throw new QueueError(
      'overloaded',
      `A server has at most ${limit} ${what}. Delete some that are not needed.`,
      { details: { limit } },
    );
  }
}
