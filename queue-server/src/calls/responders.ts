import type { ResponderStatus } from '@typed-queue/contracts';

/** One that answers calls. */
export interface Responder {
  /** Of its connection and itself: no other has it. */
  readonly id: string;
  /** What is shown of its client. */
  readonly client: string;
  readonly calls: ReadonlySet<string>;
  /** How many calls it answers at once. */
  readonly concurrency: number;
  /** Whether its connection takes more at the moment. */
  readonly isReady: () => boolean;
}

interface Entry<R extends Responder> {
  readonly responder: R;
  /** How many calls it has. */
  busy: number;
  /** Grows with each hand-out: of equally loaded ones the one that waited longest is next. */
  lastUse: number;
  isLeaving: boolean;
}

/** The responders of one queue, and what each has. Calls go to the one with the largest free part of its places. */
export class Responders<R extends Responder> {
  readonly #entries = new Map<string, Entry<R>>();
  /** Those that take calls, by the name of the call. */
  readonly #byCall = new Map<string, Set<Entry<R>>>();
  #uses = 0;

  add(responder: R): void {
    const entry = { responder, busy: 0, lastUse: 0, isLeaving: false };
    this.#entries.set(responder.id, entry);
    for (const call of responder.calls) {
      const serving = this.#byCall.get(call) ?? new Set();
      this.#byCall.set(call, serving.add(entry));
    }
  }

  /** It gets nothing more, and answers what it has. */
  leave(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.isLeaving = true;
    for (const call of entry.responder.calls) {
      const serving = this.#byCall.get(call);
      serving?.delete(entry);
      if (serving?.size === 0) this.#byCall.delete(call);
    }
  }

  /** Whether it left, and has no calls. */
  isLeft(id: string): boolean {
    const entry = this.#entries.get(id);
    return entry !== undefined && entry.isLeaving && entry.busy === 0;
  }

  remove(id: string): void {
    this.leave(id);
    this.#entries.delete(id);
  }

  get(id: string): R | undefined {
    return this.#entries.get(id)?.responder;
  }

  /** Whether anybody answers a call, free or not. */
  answers(call: string): boolean {
    return this.#byCall.has(call);
  }

  /** Takes a place of the least loaded responder of a call; undefined: none has a free one. */
  take(call: string): R | undefined {
    let found: Entry<R> | undefined;
    for (const entry of this.#byCall.get(call) ?? []) {
      if (isFree(entry) && (found === undefined || isBefore(entry, found))) found = entry;
    }
    if (found === undefined) return undefined;
    found.busy++;
    found.lastUse = ++this.#uses;
    return found.responder;
  }

  /** A call of it ended. */
  free(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.busy--;
  }

  serving(call: string): readonly ResponderStatus[] {
    return [...(this.#byCall.get(call) ?? [])].map(({ busy, responder: { client, concurrency } }) => ({
      client,
      concurrency,
      busy,
    }));
  }
}

const isFree = ({ busy, responder }: Entry<Responder>): boolean =>
  busy < responder.concurrency && responder.isReady();

/** Whether one is less loaded than another; of equal ones, whether it waited longer. */
const isBefore = (one: Entry<Responder>, other: Entry<Responder>): boolean => {
  const difference = one.busy * other.responder.concurrency - other.busy * one.responder.concurrency;
  return difference === 0 ? one.lastUse < other.lastUse : difference < 0;
};
