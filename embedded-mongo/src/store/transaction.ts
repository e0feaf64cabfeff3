import type { Document } from '../bson/document.js';

/** Place -> what a transaction made of it; undefined: it deleted it. */
export type Overlay = ReadonlyMap<string, Document | undefined>;

/**
 * `statement`: one write outside of a transaction, which waits for who is in its way. `session`: what a user began,
 * which fails instead.
 */
export type TransactionKind = 'statement' | 'session';

/** A snapshot, and what was written on top of it. It costs what it touches, whatever the size of a collection. */
export class Transaction {
  readonly kind: TransactionKind;
  /** The last commit that it sees. */
  readonly snapshot: number;
  readonly #overlays = new Map<string, Map<string, Document | undefined>>();
  readonly #locks: string[] = [];
  /** Settles when it is committed or aborted. */
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  constructor(kind: TransactionKind, snapshot: number) {
    this.kind = kind;
    this.snapshot = snapshot;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  overlay(namespace: string): Overlay {
    return this.#overlays.get(namespace) ?? NOTHING;
  }

  get overlays(): ReadonlyMap<string, Overlay> {
    return this.#overlays;
  }

  write(namespace: string, id: string, document: Document | undefined): void {
    const overlay = this.#overlays.get(namespace);
    if (overlay === undefined) this.#overlays.set(namespace, new Map([[id, document]]));
    else overlay.set(id, document);
  }

  /** The names of the locks that it holds. */
  get locks(): readonly string[] {
    return this.#locks;
  }

  hold(lock: string): void {
    this.#locks.push(lock);
  }

  end(): void {
    this.#end();
  }
}

const NOTHING: Overlay = new Map();
