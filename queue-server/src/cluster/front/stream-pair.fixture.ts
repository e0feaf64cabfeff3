import { Duplex } from 'node:stream';

/** One end of a connection in memory: what is written to it is read at the other, no faster than that is read. */
class StreamEnd extends Duplex {
  other: StreamEnd | undefined;
  #taken: (() => void) | undefined;
  readonly remoteAddress = '127.0.0.1';

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    if (this.other?.take(chunk) === false) this.other.#taken = done;
    else done();
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this;
    setImmediate(() => other?.destroy());
    done(error);
  }

  take(chunk: Uint8Array): boolean {
    return this.destroyed || this.push(chunk);
  }
}

/** Both ends of a connection in memory. */
export const streamPair = (): [Duplex, Duplex] => {
  const [one, other] = [new StreamEnd(), new StreamEnd()];
  one.other = other;
  other.other = one;
  return [one, other];
};
