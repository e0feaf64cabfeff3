/** The longest times in which nothing came, of any queue. */
export interface LongestPauses {
  /** Without a receipt for any publisher. */
  readonly receiptMs: number;
  /** Without a receipt for one publisher. */
  readonly publisherMs: number;
  /** In which a group handled nothing. */
  readonly handlingMs: number;
}

/** Of a queue so far. */
export interface Progress {
  /** Of each publisher. */
  readonly receipts: readonly number[];
  /** Of each group. */
  readonly handlings: readonly number[];
}

/** How long a count stays the same. */
class Pause {
  readonly #count: () => number;
  #latest: number;
  #since = performance.now();
  #longest = 0;

  constructor(count: () => number) {
    this.#count = count;
    this.#latest = count();
  }

  look(now: number): void {
    const count = this.#count();
    this.#longest = Math.max(this.#longest, now - this.#since);
    if (count === this.#latest) return;
    this.#since = now;
    this.#latest = count;
  }

  /** The longest one since this was asked last. */
  take(): number {
    const longest = this.#longest;
    this.#longest = 0;
    return Math.round(longest);
  }
}

const LOOK_EVERY_MS = 10;

/** Watches queues. */
export class Pauses {
  readonly #receipts: readonly Pause[];
  readonly #publishers: readonly Pause[];
  readonly #handlings: readonly Pause[];
  readonly #timer: NodeJS.Timeout;

  constructor(queues: readonly { readonly progress: Progress }[]) {
    this.#receipts = queues.map((queue) => new Pause(() => sum(queue.progress.receipts)));
    const each = (kind: keyof Progress): readonly Pause[] =>
      queues.flatMap((queue) =>
        queue.progress[kind].map((_, index) => new Pause(() => queue.progress[kind][index] ?? 0)),
      );
    this.#publishers = each('receipts');
    this.#handlings = each('handlings');
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Since this was asked last. */
  take(): LongestPauses {
    this.#look();
    const longest = (pauses: readonly Pause[]): number => Math.max(...pauses.map((pause) => pause.take()));
    return {
      receiptMs: longest(this.#receipts),
      publisherMs: longest(this.#publishers),
      handlingMs: longest(this.#handlings),
    };
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  #look(): void {
    const now = performance.now();
    for (const pause of [...this.#receipts, ...this.#publishers, ...this.#handlings]) pause.look(now);
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
