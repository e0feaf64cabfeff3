/** Text that is sent at once, about, in characters. */
const MAX_SIZE = 1024 * 1024;
/** The most items in a packet, so that the client handles the first while others are added. By measurement: bench/README.md. */
const MAX_ITEMS = 16;

interface GatheredDeps<T> {
  readonly send: (gathered: readonly T[]) => void;
  /** Nothing is sent while it is true. */
  readonly isSuspended: () => boolean;
}

/** Gathers what is sent while one packet is answered, itself often of many, into one. */
export class GatheredPackets<T> {
  readonly #deps: GatheredDeps<T>;
  #gathered: T[] = [];
  #size = 0;
  #isScheduled = false;

  constructor(deps: GatheredDeps<T>) {
    this.#deps = deps;
  }

  /** `size`: of its text, in characters. */
  add(item: T, size: number): void {
    this.#gathered.push(item);
    this.#size += size;
    if (this.#gathered.length >= MAX_ITEMS || this.#size >= MAX_SIZE) this.flush();
    else this.#schedule();
  }

  flush(): void {
    if (this.#gathered.length === 0 || this.#deps.isSuspended()) return;
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#size = 0;
    this.#deps.send(gathered);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}
