import type { Range } from '@typed-queue/contracts';
import { knowsEvent, type KnownEvents } from '../known-events.js';

/** Messages that wait for a member that knows their event, while later ones are claimed. */
export class AwaitedEvents {
  readonly #events = new Map<number, string>();
  readonly #seqs = new Map<string, Set<number>>();

  get empty(): boolean {
    return this.#events.size === 0;
  }

  add([from, to]: Range, event: string): void {
    const seqs = this.#seqs.get(event) ?? new Set<number>();
    this.#seqs.set(event, seqs);
    for (let seq = from; seq <= to; seq++) {
      seqs.add(seq);
      this.#events.set(seq, event);
    }
  }

  /** The event of a message that waits. */
  eventOf(seq: number): string | undefined {
    return this.#events.get(seq);
  }

  /** The messages of known events, at most `limit` of each. */
  of(known: KnownEvents, limit: number): readonly number[] {
    return [...this.#seqs].flatMap(([event, seqs]) => (knowsEvent(known, event) ? firstOf(seqs, limit) : []));
  }

  /** The messages of events that are not known, by event. */
  unknownTo(known: KnownEvents): readonly (readonly [event: string, seqs: readonly number[]])[] {
    return [...this.#seqs]
      .filter(([event]) => !knowsEvent(known, event))
      .map(([event, seqs]) => [event, [...seqs].sort((one, other) => one - other)]);
  }

  /** The messages of a range wait no longer. */
  remove([from, to]: Range): void {
    if (this.empty) return;
    for (let seq = from; seq <= to; seq++) {
      const event = this.#events.get(seq);
      if (event === undefined) continue;
      this.#events.delete(seq);
      const seqs = this.#seqs.get(event);
      seqs?.delete(seq);
      if (seqs?.size === 0) this.#seqs.delete(event);
    }
  }
}

const firstOf = (seqs: Iterable<number>, limit: number): number[] => {
  const first: number[] = [];
  for (const seq of seqs) {
    if (first.length === limit) break;
    first.push(seq);
  }
  return first;
};
