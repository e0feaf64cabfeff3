import type { Runtime } from '../runtime.js';

/** After a lost connection the server keeps leases for so many milliseconds, unless the member comes back. */
const GRACE_MS = 5_000;

/** A moment by both clocks: the monotonic one may stand still while the machine sleeps, the wall clock may be set. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

export interface LeaseClockParts {
  readonly runtime: Pick<Runtime, 'after' | 'now' | 'wallNow'>;
  /** By one of the clocks the server has ended this lease, unless it heard of an extension meanwhile. */
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
 * Knows by itself when the leases in hand must have ended: a client without network hears nothing of it. A lease
 * lasts from when its grant came, or from when the extension was sent that the server confirmed.
 */
export class LeaseClock {
  readonly #parts: LeaseClockParts;
  readonly #ends = new Map<number, Moment>();
  /** No lease ends before. */
  #earliest = NEVER;
  #leaseMs = Infinity;
  #cancel: (() => void) | undefined;

  constructor(parts: LeaseClockParts) {
    this.#parts = parts;
  }

  now(): Moment {
    const { runtime } = this.#parts;
    return { monotonic: runtime.now(), wall: runtime.wallNow() };
  }

  /** The lease of a grant that just came. */
  granted(token: number, leaseMs: number): void {
    this.#leaseMs = leaseMs;
    const end = later(this.now(), leaseMs);
    this.#ends.set(token, end);
    this.#earliest = earlier(this.#earliest, end);
    this.#arm();
  }

  /** The server extended these leases when it was asked to, or later. */
  extended(tokens: Iterable<number>, asked: Moment): void {
    for (const token of tokens) {
      if (this.#ends.has(token)) this.#ends.set(token, later(asked, this.#leaseMs));
    }
  }

  /** The connection is lost. */
  disconnected(): void {
    const end = later(this.now(), GRACE_MS);
    for (const [token, until] of this.#ends) this.#ends.set(token, earlier(until, end));
    this.#earliest = earlier(this.#earliest, end);
    this.#cancel?.();
    this.#cancel = undefined;
    this.#arm();
  }

  /** Nothing more is in hand under this lease. */
  forget(token: number): void {
    this.#ends.delete(token);
  }

  /** Tells of the leases that have ended. */
  check(): void {
    const now = this.now();
    const passed = ({ monotonic, wall }: Moment): boolean => now.monotonic >= monotonic || now.wall >= wall;
    if (this.#ends.size === 0 || !passed(this.#earliest)) return;
    const ended = [...this.#ends].filter(([, end]) => passed(end)).map(([token]) => token);
    for (const token of ended) this.#ends.delete(token);
    this.#earliest = [...this.#ends.values()].reduce(earlier, NEVER);
    for (const token of ended) this.#parts.onEnded(token);
  }

  stop(): void {
    this.#ends.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    if (this.#cancel !== undefined || this.#ends.size === 0) return;
    const { runtime } = this.#parts;
    const ms = Math.max(0, this.#earliest.monotonic - runtime.now());
    this.#cancel = runtime.after(ms, () => {
      this.#cancel = undefined;
      this.check();
      this.#arm();
    });
  }
}
