import { MINUTE, type DeadLetter } from '@typed-queue/contracts';
import type { EngineEvents } from '../engine/engine.js';

const BUCKET_MS = 5 * MINUTE;
const BUCKETS = 12;
/** More groups and codes than anybody reads. */
const MAX_KINDS = 1_000;

interface Recent {
  readonly queue: string;
  readonly group: string;
  readonly code: DeadLetter['code'];
  /** By number, those of the last hour. */
  readonly buckets: Map<number, number>;
}

/** Counts the dead letters of the last hour by group and code, in steps of 5 minutes. */
export class RecentDeadLetters {
  readonly #now: () => number;
  /** The one that grew last is the last. */
  readonly #byKind = new Map<string, Recent>();

  /** `now`: milliseconds of a steady clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  readonly add: EngineEvents['deadLettered'] = (queue, group, letters) => {
    const bucket = Math.floor(this.#now() / BUCKET_MS);
    for (const [code, count] of letters) {
      const kind = `${queue}/${group}/${code}`;
      const known = this.#byKind.get(kind) ?? { queue, group, code, buckets: new Map<number, number>() };
      known.buckets.set(bucket, (known.buckets.get(bucket) ?? 0) + count);
      forgetBefore(known, bucket - BUCKETS + 1);
      this.#byKind.delete(kind);
      this.#byKind.set(kind, known);
    }
    for (const kind of this.#byKind.keys()) {
      if (this.#byKind.size <= MAX_KINDS) break;
      this.#byKind.delete(kind);
    }
  };

  all(): readonly (Omit<Recent, 'buckets'> & { readonly letters: number })[] {
    const oldest = Math.floor(this.#now() / BUCKET_MS) - BUCKETS + 1;
    return [...this.#byKind].flatMap(([kind, recent]) => {
      forgetBefore(recent, oldest);
      if (recent.buckets.size === 0) this.#byKind.delete(kind);
      const { buckets, ...what } = recent;
      const letters = [...buckets.values()].reduce((sum, count) => sum + count, 0);
      return letters === 0 ? [] : [{ ...what, letters }];
    });
  }
}

const forgetBefore = ({ buckets }: Recent, oldest: number): void => {
  for (const bucket of buckets.keys()) if (bucket < oldest) buckets.delete(bucket);
};
