/** What is closed at the end, the last one first: clients before what they are connected to. */
export class Opened {
  readonly #all: { close(): Promise<void> }[] = [];

  add<T extends { close(): Promise<void> }>(one: T): T {
    this.#all.push(one);
    return one;
  }

  async close(): Promise<void> {
    for (const each of this.#all.toReversed()) await each.close();
  }
}
