/** A handling that has not ended. */
interface Running {
  readonly seq: number;
  readonly signal: AbortSignal;
}

/** Two handlings of one key at once, of which the earlier one did not know that its lease was lost. */
export interface Collision {
  readonly key: string;
  /** Of the earlier and of the later one. */
  readonly seqs: readonly [number, number];
}

/** Sees whether a group handles a key twice at once. */
export class KeyExclusion {
  readonly collisions: Collision[] = [];
  readonly #running = new Map<string, Set<Running>>();

  /** A handling begins. Call what is returned when it has ended. */
  begin(key: string, seq: number, signal: AbortSignal): () => void {
    if (key === '') return () => undefined;
    const running = this.#running.get(key) ?? new Set();
    this.#running.set(key, running);
    for (const earlier of running) {
      if (!earlier.signal.aborted) this.collisions.push({ key, seqs: [earlier.seq, seq] });
    }
    const handling = { seq, signal };
    running.add(handling);
    return () => running.delete(handling);
  }
}
