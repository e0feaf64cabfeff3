/** The keys of one store: all in one slot of a cluster. */
export class RedisKeys {
  readonly #root: string;

  constructor(prefix: string) {
    this.#root = `tq:{${prefix}}`;
  }

  get owner(): string {
    return `${this.#root}:owner`;
  }
  get store(): string {
    return `${this.#root}:store`;
  }
  /** The names of all journals. */
  get journals(): string {
    return `${this.#root}:journals`;
  }

  journal(name: string): JournalKeys {
    return new JournalKeys(`${this.#root}:${name}`);
  }
}

/** The keys of one journal. */
export class JournalKeys {
  readonly hash: string;

  constructor(hash: string) {
    this.hash = hash;
  }

  /** The frames of a segment. */
  frames(firstSeq: number): string {
    return `${this.hash}:${firstSeq}`;
  }
  /** The ids of the messages of a sealed segment. */
  ids(firstSeq: number): string {
    return `${this.hash}:${firstSeq}:ids`;
  }
}
