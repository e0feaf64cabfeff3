import type { Runtime } from '../runtime.js';

/** The server ends the leases of a lost member 5 s after it noticed the loss, which may be before this client did. */
const GRACE_MS = 4_500;

/** A point in time by both clocks: the monotonic one may stop while the machine sleeps, the wall clock may be set. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

interface LeaseClockDeps {
  readonly runtime: Pick<Runtime, 'after' | 'now' | 'wallNow'>;
  /** The lease has expired by one of the clocks. */
  readonly onExpired: (token: number) => void;
}

const NEVER: Moment = { monotonic: Infinity, wall: Infinity };

const later = ({ monotonic, wall }: Moment, ms: number): Moment => ({
  monotonic: monotonic + ms,
  wall: wall + ms,
});

const earlier = (a: Moment, b: Moment): Moment => ({
  monotonic: Math.min(a.monotonic, b.monotonic),
  wall: Math.min(a.wall, b.wall),
});

/**
 * Expires leases by the client's own clocks, since a client without network receives no
 * `revoke`. A lease lasts from the arrival of its grant, or from the time its confirmed extension was sent. A grant that
 * arrives while a request has no answer may have been on its way for long: it lasts from the time at which the last request
 * was sent that has one, which the server had before it sent the grant.
 */
export class LeaseClock {
  readonly #deps: LeaseClockDeps;
  readonly #deadlines = new Map<number, Moment>();
  /** Lower bound of all deadlines. */
  #earliest = NEVER;
  #leaseMs = Infinity;
  /** Requests of this connection without an answer. */
  #unanswered = 0;
  /** When the last one was sent that has an answer. */
  #answered: Moment | undefined;
  #cancel: (() => void) | undefined;

  constructor(deps: LeaseClockDeps) {
    this.#deps = deps;
  }

  now(): Moment {
    const { runtime } = this.#deps;
    return { monotonic: runtime.now(), wall: runtime.wallNow() };
  }

  /** A grant arrived. */
  granted(token: number, leaseMs: number): void {
    this.#leaseMs = leaseMs;
    const from = this.#unanswered > 0 ? (this.#answered ?? this.now()) : this.now();
    const deadline = later(from, leaseMs);
    this.#deadlines.set(token, deadline);
    this.#earliest = earlier(this.#earliest, deadline);
    this.check();
    this.#arm();
  }

  /** A request was sent. */
  asked(): void {
    this.#unanswered++;
  }

  /** A request that was sent at `sent` has its answer. */
  answered(sent: Moment): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1);
    this.#answered = sent;
  }

  /** The server confirmed an extension that was sent at `sent`. */
  extended(tokens: Iterable<number>, sent: Moment): void {
    for (const token of tokens) {
      if (this.#deadlines.has(token)) this.#deadlines.set(token, later(sent, this.#leaseMs));
    }
  }

  /** The grace of the server begins. */
  disconnected(): void {
    this.#unanswered = 0;
    this.#answered = undefined;
    const end = later(this.now(), GRACE_MS);
    for (const [token, deadline] of this.#deadlines) this.#deadlines.set(token, earlier(deadline, end));
    this.#earliest = earlier(this.#earliest, end);
    this.#cancel?.();
    this.#cancel = undefined;
    this.#arm();
  }

  /** Everything under this lease is settled. */
  forget(token: number): void {
    this.#deadlines.delete(token);
  }

  /** Expires the leases whose deadline has passed. */
  check(): void {
    const now = this.now();
    const passed = ({ monotonic, wall }: Moment): boolean => now.monotonic >= monotonic || now.wall >= wall;
    if (this.#deadlines.size === 0 || !passed(this.#earliest)) return;
    const expired = [...this.#deadlines].filter(([, deadline]) => passed(deadline)).map(([token]) => token);
    for (const token of expired) this.#deadlines.delete(token);
    this.#earliest = [...this.#deadlines.values()].reduce(earlier, NEVER);
    for (const token of expired) this.#deps.onExpired(token);
  }

  stop(): void {
    this.#deadlines.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    if (this.#cancel !== undefined || this.#deadlines.size === 0) return;
    const { runtime } = this.#deps;
    const ms = Math.max(0, this.#earliest.monotonic - runtime.now());
    this.#cancel = runtime.after(ms, () => {
      this.#cancel = undefined;
      this.check();
      this.#arm();
    });
  }
}

/** Has all leases extended, three times in the life of each. */
export class ExtensionTimer {
  readonly #runtime: Pick<Runtime, 'after'>;
  readonly #extend: () => void;
  #cancel: (() => void) | undefined;

  constructor(runtime: Pick<Runtime, 'after'>, extend: () => void) {
    this.#runtime = runtime;
    this.#extend = extend;
  }

  /** Repeats until it is stopped. No effect while it runs. */
  start(leaseMs: number): void {
    this.#cancel ??= this.#runtime.after(leaseMs / 3, () => {
      this.#cancel = undefined;
      this.start(leaseMs);
      this.#extend();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
