import type { FailingStore } from './failing-store.js';

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

/** Plays on a store; at the end closes what was opened, and then the store. */
export const played = async <Report>(
  store: FailingStore,
  play: (opened: Opened) => Promise<Report>,
): Promise<Report> => {
  const opened = new Opened();
  try {
    return await play(opened);
  } finally {
    await opened.close();
    await store.stop();
  }
};
