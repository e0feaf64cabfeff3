import type { Document } from '../bson/document.js';

/** One document that a commit made, changed or removed. */
export interface DocumentChange {
  /** 1, 2, 3 … in the life of the process. */
  readonly position: number;
  readonly namespace: string;
  readonly before: Document | undefined;
  readonly after: Document | undefined;
  readonly at: Date;
}

const KEPT = 10_000;

/** The last changes, for change streams. */
export class Changes {
  readonly #changes: DocumentChange[] = [];
  readonly #waiting = new Set<() => void>();
  #position = 0;

  /** That of the last change. */
  get position(): number {
    return this.#position;
  }

  /** Positions up to it are gone. */
  get forgotten(): number {
    return this.#position - this.#changes.length;
  }

  push(change: Omit<DocumentChange, 'position'>): void {
    this.#changes.push({ ...change, position: ++this.#position });
    if (this.#changes.length > 2 * KEPT) this.#changes.splice(0, KEPT);
  }

  /** Those behind a position, oldest first. */
  after(position: number): readonly DocumentChange[] {
    return this.#changes.slice(Math.max(0, position - this.forgotten));
  }

  /** Wakes who waits: a commit is complete. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const run of waiting) run();
  }

  /** Runs at the next commit, unless it is given up. Returns the way to give up. */
  next(run: () => void): () => void {
    this.#waiting.add(run);
    return () => void this.#waiting.delete(run);
  }
}
