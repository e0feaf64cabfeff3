import { NIL_UUID, type Frame } from '@typed-queue/contracts/wire';
import { createHash } from 'node:crypto';

/**
 * The producers of one connection, as they stand in the log: a digest of the client and of the id that it gave. So the
 * same id is another producer in the hands of another client, and readers of frames learn no id that they could use.
 */
export class Producers {
  readonly #client: string;
  /** A client has one producer for all its frames, as a rule. */
  #last = { id: NIL_UUID, stored: NIL_UUID };

  /** `client`: see `Identity.producers`. */
  constructor(client: string) {
    this.#client = client;
  }

  /** Puts the stored producer into a frame that a client sent, in place. */
  assign(frame: Frame): void {
    const { producer } = frame.header;
    if (producer !== NIL_UUID) frame.setProducer(this.storedAs(producer));
  }

  /** The stored producer of one that a client named. */
  storedAs(producer: string): string {
    if (producer === NIL_UUID) return producer;
    if (producer !== this.#last.id) this.#last = { id: producer, stored: this.#stored(producer) };
    return this.#last.stored;
  }

  #stored(id: string): string {
    const hex = createHash('sha256').update(`producer ${this.#client} ${id}`).digest('hex').slice(0, 32);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}
