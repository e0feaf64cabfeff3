/** The longest time without a receipt, and without a handling. */
export interface LongestPauses {
  readonly receiptMs: number;
  readonly handlingMs: number;
}

/** How many there were of a queue so far. */
interface Progress {
  readonly published: number;
  readonly handled: number;
}

/** How long something does not go on, seen whenever it is looked at. */
class Pause {
  #count = -1;
  #since = 0;
  #longest = 0;

  look(count: number, now: number): void {
    if (count !== this.#count) {
      this.#longest = Math.max(this.#longest, this.#count < 0 ? 0 : now - this.#since);
      this.#since = now;
      this.#count = count;
    }
  }

  /** Forgets what was, but not what goes on. */
  take(now: number): number {
    const longest = Math.max(this.#longest, this.#count < 0 ? 0 : now - this.#since);
    this.#longest = 0;
    return Math.round(longest);
  }
}

const LOOK_EVERY_MS = 10;

/** Watches queues, of which each is another server's. */
export class Pauses {
  readonly #queues: readonly { readonly receipts: Pause; readonly handlings: Pause }[];
  readonly #timer: NodeJS.Timeout;

  constructor(progress: () => readonly Progress[]) {
    this.#queues = progress().map(() => ({ receipts: new Pause(), handlings: new Pause() }));
    this.#timer = setInterval(() => this.#look(progress()), LOOK_EVERY_MS);
  }

  /** The longest ones of any queue since this was asked last. */
  take(): LongestPauses {
    const now = performance.now();
    const longest = (pauses: readonly Pause[]): number => Math.max(...pauses.map((pause) => pause.take(now)));
    return {
      receiptMs: longest(this.#queues.map(({ receipts }) => receipts)),
      handlingMs: longest(this.#queues.map(({ handlings }) => handlings)),
    };
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  #look(progress: readonly Progress[]): void {
    const now = performance.now();
    for (const [index, { published, handled }] of progress.entries()) {
      this.#queues[index]?.receipts.look(published, now);
      this.#queues[index]?.handlings.look(handled, now);
    }
  }
}
