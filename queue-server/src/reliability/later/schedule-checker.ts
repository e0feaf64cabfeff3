import type { LoggedMessage, ScheduledMessage } from './scheduled-message.js';

/** How many problems of each kind the report names. */
const NAMED = 5;

/** Everything that a log must not have, and what it lacks. */
class Problems {
  readonly #byKind = new Map<string, string[]>();

  add(kind: string, what: string): void {
    const known = this.#byKind.get(kind);
    if (known === undefined) this.#byKind.set(kind, [what]);
    else known.push(what);
  }

  get lines(): string[] {
    return [...this.#byKind].map(([kind, all]) => {
      const rest = all.length > NAMED ? `; and ${all.length - NAMED} more` : '';
      return `${all.length} ${kind}: ${all.slice(0, NAMED).join('; ')}${rest}`;
    });
  }
}

/**
 * What is wrong with the log of a queue when all that was scheduled for it is due; empty: nothing. A message must come
 * before another one when it waited before the other was due, and is due earlier, or at the same time and was confirmed
 * before the other was sent.
 */
export const problemsIn = (
  scheduled: readonly ScheduledMessage[],
  log: readonly LoggedMessage[],
): readonly string[] => {
  const problems = new Problems();
  const byId = new Map(scheduled.map((message) => [message.id, message]));
  const firsts = new Map<string, LoggedMessage>();
  const order = new Order(problems);
  for (const logged of log) {
    const message = byId.get(logged.id);
    const first = firsts.get(logged.id);
    if (first !== undefined) problems.add('more than once', `${logged.id} at ${first.seq} and ${logged.seq}`);
    else if (message === undefined) problems.add('never scheduled', `${logged.id} at ${logged.seq}`);
    else {
      checkTime(message, logged, problems);
      order.next(message);
    }
    firsts.set(logged.id, first ?? logged);
  }
  for (const message of scheduled) checkPresence(message, firsts.get(message.id), problems);
  return problems.lines;
};

const checkTime = (
  { id, dueFrom }: ScheduledMessage,
  { seq, time }: LoggedMessage,
  problems: Problems,
): void => {
  if (time < dueFrom) problems.add('early', `${id} at ${seq} by ${dueFrom - time} ms`);
};

const checkPresence = (
  { id, cancellation, dueAt }: ScheduledMessage,
  logged: LoggedMessage | undefined,
  problems: Problems,
): void => {
  if (cancellation === 'cancelled') {
    if (logged !== undefined) problems.add('published though cancelled', `${id} at ${logged.seq}`);
  } else if (cancellation !== 'unknown' && logged === undefined) {
    const kind = cancellation === 'none' ? 'lost' : 'lost, and too late to be cancelled';
    problems.add(kind, `${id}, due ${new Date(dueAt).toISOString()}`);
  }
};

/** Checks the order of messages one after the other. */
class Order {
  readonly #problems: Problems;
  /** Of those so far, the one that is due last. */
  #latest: ScheduledMessage | undefined;
  /** Of those so far that are due at a time, the one that was sent last. */
  readonly #lastSent = new Map<number, ScheduledMessage>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  next(message: ScheduledMessage): void {
    const { id, dueAt, dueFrom, confirmedAt } = message;
    const latest = this.#latest;
    if (latest !== undefined && latest.dueFrom > Math.max(dueAt, confirmedAt))
      this.#problems.add('out of order', `${id} after ${latest.id}, due ${latest.dueFrom - dueAt} ms later`);
    if (latest === undefined || dueFrom > latest.dueFrom) this.#latest = message;
    // When it is due is not known exactly.
    if (dueFrom === dueAt) this.#nextOfTime(message);
  }

  #nextOfTime(message: ScheduledMessage): void {
    const { id, dueAt, confirmedAt, sentAt } = message;
    const last = this.#lastSent.get(dueAt);
    if (last !== undefined && last.sentAt > confirmedAt && dueAt > confirmedAt)
      this.#problems.add('out of order', `${id} after ${last.id}, scheduled later for the same time`);
    if (last === undefined || sentAt > last.sentAt) this.#lastSent.set(dueAt, message);
  }
}
