import type { Document } from '../bson/document.js';

/** The writes of a transaction by id; undefined: deleted. */
type Overlay = ReadonlyMap<string, Document | undefined>;

/** `statement`: one write outside of a transaction, which waits for conflicting ones. `session`: one of a client, which fails instead. */
type TransactionKind = 'statement' | 'session';

/** A snapshot, and the writes on top of it. Its cost does not depend on the size of collections. */
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
