import type { SocketReader } from './socket-readers.js';

/** A few batches of a journal: what a slow disk, of 100 MB a second, stores in 160 ms. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The bytes of all connections that are being stored: a publish that comes now has to wait for them. */
export class StoreBacklog {
  #bytes = 0;

  get free(): number {
    return Math.max(0, MAX_BYTES - this.#bytes);
  }

  /** The part of one connection. */
  share(reader: SocketReader | undefined): BacklogShare {
    return new BacklogShare(this, (change) => (this.#bytes += change), reader);
  }
}

/**
 * Nothing is read from a connection of which more is being stored than is free: a half for one alone, a fifth for each
 * of four, so that none makes the others wait long.
 */
export class BacklogShare {
  readonly #backlog: StoreBacklog;
  readonly #count: (change: number) => void;
  readonly #reader: SocketReader | undefined;
  #bytes = 0;

  constructor(backlog: StoreBacklog, count: (change: number) => void, reader: SocketReader | undefined) {
    this.#backlog = backlog;
    this.#count = count;
    this.#reader = reader;
  }

  /** Counts bytes as being stored until the returned function is called. */
  add(bytes: number): () => void {
    this.#change(bytes);
    return () => this.#change(-bytes);
  }

  #change(bytes: number): void {
    this.#bytes += bytes;
    this.#count(bytes);
    // What is held has bytes: it is released with the last of them at the latest.
    if (this.#bytes > 0 && this.#bytes >= this.#backlog.free) this.#reader?.hold();
    else this.#reader?.release();
  }
}
