import type { UnitLink } from './unit-link.js';

/** Above the tokens that a unit gives a client; numbers of links are above it. */
const TOKENS = 2 ** 40;

/** The links of one client: one for each queue that it uses, opened by its first request and kept. */
export class UnitLinks {
  readonly #open: (queue: string, number: number, onClosed: () => void) => UnitLink;
  readonly #byQueue = new Map<string, UnitLink>();
  /** By the numbers of their links. */
  readonly #queues: string[] = [];
  #isPaused = false;

  constructor(open: (queue: string, number: number, onClosed: () => void) => UnitLink) {
    this.#open = open;
  }

  of(queue: string): UnitLink {
    const known = this.#byQueue.get(queue);
    if (known !== undefined) return known;
    const number = this.#numberOf(queue);
    const link = this.#open(queue, number, () => this.#forget(queue, link));
    if (this.#isPaused) link.pause();
    this.#byQueue.set(queue, link);
    return link;
  }

  all(): readonly UnitLink[] {
    return [...this.#byQueue.values()];
  }

  get unsentBytes(): number {
    let bytes = 0;
    for (const link of this.#byQueue.values()) bytes += link.unsentBytes;
    return bytes;
  }

  /** Nothing is read of any link until `resume`. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    for (const link of this.#byQueue.values()) link.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    for (const link of this.#byQueue.values()) link.resume();
  }

  close(client: { readonly isEndNoticed: boolean }): void {
    for (const link of this.#byQueue.values()) link.close(client);
    this.#byQueue.clear();
  }

  /** The units count their invocations each by itself: for the client, the number of the link is in the token. */
  static tokenOf(number: number, token: number): number {
    return number * TOKENS + token;
  }

  /** The queue whose unit made a token, and the token as the unit knows it. */
  invocationOf(token: number): { readonly queue: string; readonly token: number } | undefined {
    const queue = this.#queues[Math.floor(token / TOKENS)];
    return queue === undefined ? undefined : { queue, token: token % TOKENS };
  }

  /** The first is 0: a client of one queue has the very tokens of its unit. */
  #numberOf(queue: string): number {
    const known = this.#queues.indexOf(queue);
    return known >= 0 ? known : this.#queues.push(queue) - 1;
  }

  #forget(queue: string, link: UnitLink): void {
    if (this.#byQueue.get(queue) === link) this.#byQueue.delete(queue);
  }
}
