import type { QueueSocket } from './queue-socket.js';

/** When a client was last heard; the pongs of an idle one count. */
export class LastHeard {
  readonly #conn: Pick<QueueSocket['conn'], 'on'>;
  readonly #now: () => number;
  #at: number | undefined;

  /** `now`: milliseconds of a monotonic clock. */
  constructor(conn: Pick<QueueSocket['conn'], 'on'>, now: () => number) {
    this.#conn = conn;
    this.#now = now;
  }

  /** Not before it is called: most clients are members of no group. */
  watch(): void {
    if (this.#at !== undefined) return;
    this.#at = this.#now();
    this.#conn.on('packet', () => (this.#at = this.#now()));
  }

  /** Milliseconds since then, or since it is watched. */
  get silentMs(): number {
    return this.#now() - (this.#at ?? this.#now());
  }
}
