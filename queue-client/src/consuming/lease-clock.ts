import type { Runtime } from '../runtime.js';

/** Grace of the server after a disconnect, in milliseconds: then it ends the member's leases. */
const GRACE_MS = 5_000;

/** A point in time by both clocks: the monotonic one may stop while the machine sleeps, the wall clock may be set. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

export interface LeaseClockDeps {
  readonly runtime: Pick<Runtime, 'after' | 'now' | 'wallNow'>;
  /** The lease has expired by one of the clocks. */
  readonly onEnded: (token: number) => void;
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
 * Expires leases by the client's own clocks, since a client without network receives no `revoke`. A lease lasts from
 * the arrival of its grant, or from the time its confirmed extension was sent.
 */
export class LeaseClock {
  readonly #deps: LeaseClockDeps;
  readonly #ends = new Map<number, Moment>();
  /** Lower bound of all deadlines. */
  #earliest = NEVER;
  #leaseMs = Infinity;
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
    const end = later(this.now(), leaseMs);
    this.#ends.set(token, end);
    this.#earliest = earlier(this.#earliest, end);
    this.#arm();
  }

  /** The server confirmed an extension that was requested at `asked`. */
  extended(tokens: Iterable<number>, asked: Moment): void {
    for (const token of tokens) {
      if (this.#ends.has(token)) this.#ends.set(token, later(asked, this.#leaseMs));
    }
  }

  /** The connection was lost: the grace of the server begins. */
  disconnected(): void {
    const end = later(this.now(), GRACE_MS);
    for (const [token, until] of this.#ends) this.#ends.set(token, earlier(until, end));
    this.#earliest = earlier(this.#earliest, end);
    this.#cancel?.();
    this.#cancel = undefined;
    this.#arm();
  }

  /** Everything under this lease is settled. */
  forget(token: number): void {
    this.#ends.delete(token);
  }

  /** Expires the leases whose deadline has passed. */
  check(): void {
    const now = this.now();
    const passed = ({ monotonic, wall }: Moment): boolean => now.monotonic >= monotonic || now.wall >= wall;
    if (this.#ends.size === 0 || !passed(this.#earliest)) return;
    const ended = [...this.#ends].filter(([, end]) => passed(end)).map(([token]) => token);
    for (const token of ended) this.#ends.delete(token);
    this.#earliest = [...this.#ends.values()].reduce(earlier, NEVER);
    for (const token of ended) this.#deps.onEnded(token);
  }

  stop(): void {
    this.#ends.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    if (this.#cancel !== undefined || this.#ends.size === 0) return;
    const { runtime } = this.#deps;
    const ms = Math.max(0, this.#earliest.monotonic - runtime.now());
    this.#cancel = runtime.after(ms, () => {
      this.#cancel = undefined;
      this.check();
      this.#arm();
    });
  }
}
