import { Histogram } from '@typed-queue/program';

export interface FlushCount {
  readonly seconds: Histogram;
  readonly messages: Histogram;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const MESSAGES = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384];

/** Counts flushes by the kind of their journal: that of all queues is one, however many there are. */
export class FlushCounts {
  readonly #byKind = new Map<string, FlushCount>();

  /** `journal`: its path below the data folder. */
  readonly add = (flush: { readonly messages: number; readonly ms: number }, journal: string): void => {
    const { seconds, messages } = this.#of(journal);
    seconds.observe(flush.ms / 1_000);
    messages.observe(flush.messages);
  };

  all(): ReadonlyMap<string, FlushCount> {
    return this.#byKind;
  }

  #of(journal: string): FlushCount {
    const kind = journal.replace(/[/\\].*/s, '');
    const known = this.#byKind.get(kind);
    if (known !== undefined) return known;
    const count = { seconds: new Histogram(SECONDS), messages: new Histogram(MESSAGES) };
    this.#byKind.set(kind, count);
    return count;
  }
}
