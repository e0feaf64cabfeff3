import type { ContractReport, DifferingClient, DifferingClients } from '@typed-queue/contracts';
import { isClash } from '@typed-queue/contracts/compatibility';
import type { Account, Reservation } from '../access/budget.js';

/** Of a client, and of the clients of a queue. */
const MAX_EVENTS = 20;
const MAX_CLIENTS = 100;
/** Of a report, beside its text. */
const BASE_BYTES = 500;

/** A connection that may report. */
export interface Reporter {
  readonly client: string;
  readonly account: Pick<Account, 'reserve'>;
  /** It may change. */
  readonly principal: string;
  uses(queue: string): Pick<DifferingClient, 'groups' | 'tails'>;
}

interface Kept extends Pick<DifferingClient, 'time' | 'hash' | 'clash' | 'events' | 'otherEvents'> {
  readonly reservation: Reservation;
}

/** How the contracts of connected clients differ, by their reports; what has no room in a client's memory is not kept. */
export class ContractReports {
  readonly #queues = new Map<string, Map<Reporter, Kept>>();
  /** Milliseconds since 1970. */
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Replaces what the client reported of the queue before. */
  report(queue: string, reporter: Reporter, { hash, events }: ContractReport): void {
    const time = this.#queues.get(queue)?.get(reporter)?.time ?? this.#now();
    this.#remove(queue, reporter);
    if (events.length === 0) return;
    const clashing = events.filter(isClash);
    const shown = [...clashing, ...events.filter((event) => !isClash(event))].slice(0, MAX_EVENTS);
    const reservation = reporter.account.reserve(BASE_BYTES + 2 * JSON.stringify(shown).length);
    if (reservation === undefined) return;
    const otherEvents = events.length - shown.length;
    const kept = { time, hash, clash: clashing.length > 0, events: shown, otherEvents, reservation };
    const reports = this.#queues.get(queue) ?? new Map<Reporter, Kept>();
    this.#queues.set(queue, reports.set(reporter, kept));
  }

  /** The client is gone. */
  forget(reporter: Reporter): void {
    for (const queue of this.#queues.keys()) this.#remove(queue, reporter);
  }

  countOf(queue: string): number {
    return this.#queues.get(queue)?.size ?? 0;
  }

  /** How many clients cannot read all messages of the queue. */
  clashesOf(queue: string): number {
    return [...(this.#queues.get(queue)?.values() ?? [])].filter(({ clash }) => clash).length;
  }

  clientsOf(queue: string): DifferingClients {
    const reports = [...(this.#queues.get(queue) ?? [])].sort(([, one], [, other]) => worseFirst(one, other));
    const clients = reports.slice(0, MAX_CLIENTS).map(([reporter, { reservation: _, ...kept }]) => ({
      client: reporter.client,
      principal: reporter.principal,
      ...reporter.uses(queue),
      ...kept,
    }));
    return { clients, others: reports.length - clients.length };
  }

  #remove(queue: string, reporter: Reporter): void {
    const reports = this.#queues.get(queue);
    reports?.get(reporter)?.reservation.release();
    reports?.delete(reporter);
    if (reports?.size === 0) this.#queues.delete(queue);
  }
}

const worseFirst = (one: Kept, other: Kept): number =>
  Number(other.clash) - Number(one.clash) || one.time - other.time;
