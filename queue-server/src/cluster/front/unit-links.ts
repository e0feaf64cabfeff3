import type { UnitLink } from './unit-link.js';

/** Above all numbers of links of a client: one for each queue that it uses. */
const NUMBERS = 2 ** 16;

/** A link, and its number among those of its client. */
export interface NumberedLink {
  readonly link: UnitLink;
  readonly number: number;
}

/** The links of one client: one for each queue that it uses, opened by its first request and kept. */
export class UnitLinks {
  readonly #open: (queue: string, number: number, onClosed: () => void) => UnitLink;
  readonly #byQueue = new Map<string, NumberedLink>();
  readonly #queues = new Map<number, string>();
  #isPaused = false;
  #lastNumber = 0;

  constructor(open: (queue: string, number: number, onClosed: () => void) => UnitLink) {
    this.#open = open;
  }

  of(queue: string): UnitLink {
    const known = this.#byQueue.get(queue);
    if (known !== undefined) return known.link;
    const number = ++this.#lastNumber % NUMBERS;
    const link = this.#open(queue, number, () => this.#forget(queue, link));
    if (this.#isPaused) link.pause();
    this.#byQueue.set(queue, { link, number });
    this.#queues.set(number, queue);
    return link;
  }

  all(): readonly UnitLink[] {
    return [...this.#byQueue.values()].map(({ link }) => link);
  }

  get unsentBytes(): number {
    let bytes = 0;
    for (const { link } of this.#byQueue.values()) bytes += link.unsentBytes;
    return bytes;
  }

  /** Nothing is read of any link until `resume`. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    for (const { link } of this.#byQueue.values()) link.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    for (const { link } of this.#byQueue.values()) link.resume();
  }

  close(): void {
    for (const { link } of this.#byQueue.values()) link.close();
    this.#byQueue.clear();
  }

  /** The units count their invocations each by itself: for the client, the number of the link is in the token. */
  static tokenOf(number: number, token: number): number {
    return token * NUMBERS + number;
  }

  /** The queue whose unit made a token, and the token as the unit knows it. */
  invocationOf(token: number): { readonly queue: string; readonly token: number } | undefined {
    const number = token % NUMBERS;
    const queue = this.#queues.get(number);
    return queue === undefined ? undefined : { queue, token: (token - number) / NUMBERS };
  }

  #forget(queue: string, link: UnitLink): void {
    if (this.#byQueue.get(queue)?.link === link) this.#byQueue.delete(queue);
  }
}

