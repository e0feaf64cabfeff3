import { newId } from '@typed-queue/contracts';
import { setTimeout } from 'node:timers/promises';
import { seededRandom } from '../seeded-random.js';
import { ServerProcess } from '../server-process.js';
import { Kills } from './kills.js';
import { LogTail } from './log-tail.js';
import { Publisher } from './publisher.js';
import { problemsIn } from './schedule-checker.js';
import { QUEUES, schedulePlan, type PlannedMessage, type Queue } from './schedule-plan.js';
import type { Cancellation, LoggedMessage, ScheduledMessage } from './scheduled-message.js';
import { latenessOf, lateIn, type Late, type Lateness } from './up-times.js';

const PUBLISHERS = 4;
/** From the start of the server to the first message. */
const LEAD_MS = 200;
/** What is not done so long after all is due hangs. */
const PATIENCE_MS = 180_000;

export interface LaterOptions {
  readonly seed: number;
  readonly messages: number;
  /** All are due within them. */
  readonly seconds: number;
}

export interface LaterReport extends LaterOptions {
  /** With a receipt. */
  readonly scheduled: number;
  readonly resent: number;
  readonly cancellations: Readonly<Record<Cancellation, number>>;
  /** In the logs of their queues. */
  readonly published: number;
  readonly kills: number;
  readonly startMs: Lateness;
  readonly lateMs: Late;
  readonly peakMiB: number;
  readonly tookSeconds: number;
  /** What must not happen and did; empty: nothing. */
  readonly problems: readonly string[];
}

/** Schedules messages at a built server of its own that is killed again and again, and checks what it published. */
export const playLater = async (
  options: LaterOptions,
  onProgress: (line: string) => void,
): Promise<LaterReport> => {
  const server = await ServerProcess.start();
  const run = new Run(server, options, onProgress);
  try {
    return await run.report();
  } finally {
    await run.close();
    await server.close();
  }
};

/** What is closed at the end. */
interface Closable {
  close(): Promise<void>;
}

type Tails = ReadonlyMap<Queue, LogTail>;

class Run {
  readonly #server: ServerProcess;
  readonly #options: LaterOptions;
  readonly #began = performance.now();
  readonly #startAt = Date.now() + LEAD_MS;
  readonly #kills: Kills;
  readonly #publishers: readonly Publisher[];
  readonly #open: Closable[] = [];
  /** They read all the time. */
  readonly #tails: Tails;

  constructor(server: ServerProcess, options: LaterOptions, onProgress: (line: string) => void) {
    this.#server = server;
    this.#options = options;
    this.#kills = new Kills(server, {
      random: seededRandom(options.seed + 1),
      until: this.#startAt + options.seconds * 1_000,
      onStart: (startMs) => onProgress(this.#progress(startMs)),
    });
    this.#publishers = Array.from(
      { length: PUBLISHERS },
      () => new Publisher(() => server.target, this.#startAt),
    );
    this.#open.push(...this.#publishers);
    this.#tails = this.#openTails();
  }

  get #scheduled(): readonly ScheduledMessage[] {
    return this.#publishers.flatMap((publisher) => publisher.scheduled);
  }

  #progress(startMs: number): string {
    const seconds = Math.round((Date.now() - this.#startAt) / 1_000);
    const published = [...this.#tails.values()].reduce((sum, { messages }) => sum + messages.length, 0);
    return `${seconds} s: killed, and started in ${startMs} ms; ${this.#scheduled.length} scheduled, ${published} published`;
  }

  async report(): Promise<LaterReport> {
    await this.#publish();
    const logs = await this.#readAgain();
    const scheduled = this.#scheduled;
    const log = [...logs.values()].flatMap(({ messages }) => messages);
    const { upTimes, startsMs, peakMiB } = this.#kills;
    const { seed, messages, seconds } = this.#options;
    return {
      seed,
      messages,
      seconds,
      scheduled: scheduled.length,
      resent: this.#publishers.reduce((sum, { resent }) => sum + resent, 0),
      cancellations: countsOf(scheduled),
      published: log.length,
      kills: startsMs.length,
      startMs: latenessOf(startsMs),
      lateMs: lateIn(scheduled, log, upTimes),
      peakMiB,
      tookSeconds: Math.round((performance.now() - this.#began) / 1_000),
      problems: [
        ...(await this.#problems(scheduled, logs)),
        ...problemsOf(this.#tails, logs),
        ...this.#server.errors,
      ],
    };
  }

  async close(): Promise<void> {
    await this.#kills.stop().catch(() => undefined);
    for (const each of this.#open) await each.close();
  }

  #openTails(): Tails {
    const tails = new Map(QUEUES.map((queue) => [queue, new LogTail(() => this.#server.target, queue)]));
    this.#open.push(...tails.values());
    return tails;
  }

  /** Resolves when all are due and were read by the tails. */
  async #publish(): Promise<void> {
    const { seed, messages, seconds } = this.#options;
    const plan = schedulePlan(seededRandom(seed), messages, seconds * 1_000);
    const patience = seconds * 1_000 + PATIENCE_MS;
    await within(patience, 'not all messages got a receipt', () =>
      Promise.all(
        this.#publishers.map((publisher, index) =>
          publisher.run(plan.filter((_, each) => each % PUBLISHERS === index)),
        ),
      ),
    );
    await within(patience, 'what is due last was not published', () => this.#last(this.#tails));
  }

  /** What comes a second time after a kill is due before the last message. */
  async #readAgain(): Promise<Tails> {
    await this.#kills.end();
    await within(PATIENCE_MS, 'the tails did not go on', () => this.#last(this.#tails));
    const logs = this.#openTails();
    await within(PATIENCE_MS, 'the logs could not be read', () => this.#last(logs));
    return logs;
  }

  /** Reads until messages that are due after all others. */
  async #last(tails: Tails): Promise<void> {
    // A delay counts from when it is sent, which is late on a slow machine.
    const dueAt = this.#scheduled.reduce((latest, message) => Math.max(latest, message.dueAt), Date.now());
    const ms = dueAt - this.#startAt;
    const last = QUEUES.map((queue): PlannedMessage => {
      return { id: newId(), queue, sendMs: 0, time: { kind: 'at', ms } };
    });
    await this.#publishers[0]?.run(last);
    await Promise.all(last.map(async ({ queue, id }) => tails.get(queue)?.until(id)));
  }

  async #problems(scheduled: readonly ScheduledMessage[], logs: Tails): Promise<readonly string[]> {
    const problems = this.#publishers.flatMap((publisher) => publisher.problems);
    for (const queue of QUEUES) {
      const waiting = (await this.#publishers[0]?.waiting(queue)) ?? 0;
      if (waiting > 0) problems.push(`${queue}: ${waiting} messages wait still`);
      const some = scheduled.filter((message) => message.queue === queue);
      const found = problemsIn(some, logs.get(queue)?.messages ?? []);
      problems.push(...found.map((problem) => `${queue}: ${problem}`));
    }
    return problems;
  }
}

const countsOf = (scheduled: readonly ScheduledMessage[]): Record<Cancellation, number> => {
  const counts = { none: 0, cancelled: 0, 'too-late': 0, unknown: 0 };
  for (const { cancellation } of scheduled) counts[cancellation]++;
  return counts;
};

/** A tail that was cut off again and again must have read what the log has. */
const problemsOf = (tails: Tails, logs: Tails): readonly string[] =>
  QUEUES.flatMap((queue) => {
    const [tail, log] = [tails.get(queue), logs.get(queue)];
    const problems = [...(tail?.problems ?? []), ...(log?.problems ?? [])].map((each) => `${queue}: ${each}`);
    const [read, stored] = [tail?.messages ?? [], log?.messages ?? []];
    const differs = read.findIndex((message, index) => !isSame(message, stored[index]));
    return differs < 0
      ? problems
      : [...problems, `${queue}: the tail read another message at ${differs + 1}`];
  });

const isSame = (one: LoggedMessage, other: LoggedMessage | undefined): boolean =>
  one.id === other?.id && one.seq === other.seq && one.time === other.time;

/** @throws Error that names what took longer */
const within = async <T>(ms: number, what: string, work: () => Promise<T>): Promise<T> => {
  const done = new AbortController();
  const { signal } = done;
  const late = setTimeout(ms, undefined, { signal }).then(() => {
    throw new Error(`after ${ms / 1_000} s: ${what}`);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
};
