import { keyHash } from '@typed-queue/contracts/wire';
import { DueHeap } from './due-heap.js';
import { IdChains } from './id-chains.js';

/** A message that waits, without its texts. */
export interface WaitingMessage {
  readonly queue: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  /** The seq of the record that scheduled it: names it in all later records, and gives the order of equal times. */
  readonly addedSeq: number;
  /** The seq of the record that has it now. */
  readonly storedSeq: number;
  /** Of its record, in bytes. */
  readonly size: number;
}

/** Where a list of waiting messages goes on. */
export interface Place {
  readonly dueAt: number;
  readonly addedSeq: number;
}

const FIRST_CAPACITY = 1_024;

/**
 * All messages that wait, at about 46 bytes each: a slot of a few typed arrays. A heap has those that are sent when they
 * are due; held ones are not in it: they are being sent, or no contract declares their queue.
 */
export class WaitingMessages {
  #capacity = FIRST_CAPACITY;
  #dueAt = new Float64Array(FIRST_CAPACITY);
  /** 0: the slot is free. */
  #addedSeqs = new Float64Array(FIRST_CAPACITY);
  #storedSeqs = new Float64Array(FIRST_CAPACITY);
  #queues = new Uint16Array(FIRST_CAPACITY);
  readonly #ids = new IdChains(FIRST_CAPACITY);
  readonly #due = new DueHeap(FIRST_CAPACITY, (slot, other) => this.#isBefore(slot, other));
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** How many messages wait, by the numbers of their queues. */
  readonly #counts: number[] = [];
  readonly #free: number[] = [];
  /** Slots from here on were never used. */
  #unused = 0;
  #size = 0;
  #bytes = 0;

  get size(): number {
    return this.#size;
  }

  /** How many wait for each queue for which any does. */
  get counts(): ReadonlyMap<string, number> {
    const counts = this.#names.map((queue, number) => [queue, this.#counts[number] ?? 0] as const);
    return new Map(counts.filter(([, count]) => count > 0));
  }

  /** Of all records that are needed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the next one is due; undefined: none is. */
  get nextDueAt(): number | undefined {
    const slot = this.#due.first;
    return slot === undefined ? undefined : this.#dueAt[slot];
  }

  /** Adds a message that is held, and returns its slot. */
  add({ queue, id, dueAt, addedSeq, storedSeq, size }: WaitingMessage): number {
    const slot = this.#free.pop() ?? this.#unused++;
    if (slot === this.#capacity) this.#grow();
    this.#dueAt[slot] = dueAt;
    this.#addedSeqs[slot] = addedSeq;
    this.#storedSeqs[slot] = storedSeq;
    const number = this.#numberOf(queue);
    this.#queues[slot] = number;
    this.#count(number, 1);
    this.#ids.add(slot, hashOf(queue, id));
    this.#size++;
    this.#bytes += size;
    return slot;
  }

  /** `size`: of its record. */
  remove(slot: number, size: number): void {
    this.hold(slot);
    this.#ids.delete(slot);
    this.#addedSeqs[slot] = 0;
    this.#count(this.#queues[slot] ?? 0, -1);
    this.#free.push(slot);
    this.#size--;
    this.#bytes -= size;
  }

  /** It is sent when it is due. */
  release(slot: number): void {
    this.#due.add(slot);
  }

  hold(slot: number): void {
    this.#due.delete(slot);
  }

  isHeld(slot: number): boolean {
    return !this.#due.has(slot);
  }

  /** Its record was copied. */
  move(slot: number, storedSeq: number): void {
    this.#storedSeqs[slot] = storedSeq;
  }

  /** Holds those that are due, the first ones, in their order. */
  takeDue(now: number, limit: number): number[] {
    const taken: number[] = [];
    while (taken.length < limit && (this.nextDueAt ?? Infinity) <= now) {
      const slot = this.#due.first ?? 0;
      this.#due.delete(slot);
      taken.push(slot);
    }
    return taken;
  }

  /** Those that may have an id: their records say which one has it. */
  candidates(queue: string, id: string): readonly number[] {
    const number = this.#numbers.get(queue);
    return this.withHash(hashOf(queue, id)).filter((slot) => this.#queues[slot] === number);
  }

  /** Of queue and id. */
  withHash(hash: number): readonly number[] {
    return this.#ids.find(hash);
  }

  /** The first messages of a queue after a place, in their order. */
  page(queue: string, after: Place | undefined, limit: number): number[] {
    const number = this.#numbers.get(queue);
    const found: number[] = [];
    for (const slot of this.slots()) {
      if (this.#queues[slot] !== number || (after !== undefined && this.#compare(slot, after) <= 0)) continue;
      found.push(slot);
      // Cut now and then: a sort for each would cost more.
      if (found.length >= 4 * limit + FIRST_CAPACITY) this.#cut(found, limit);
    }
    return this.#cut(found, limit);
  }

  *slots(): Generator<number> {
    for (let slot = 0; slot < this.#unused; slot++) if (this.addedSeq(slot) !== 0) yield slot;
  }

  queue(slot: number): string {
    return this.#names[this.#queues[slot] ?? 0] ?? '';
  }
  place(slot: number): Place {
    return { dueAt: this.#dueAt[slot] ?? 0, addedSeq: this.addedSeq(slot) };
  }
  /** 0: the slot has no message. */
  addedSeq(slot: number): number {
    return this.#addedSeqs[slot] ?? 0;
  }
  storedSeq(slot: number): number {
    return this.#storedSeqs[slot] ?? 0;
  }

  /** The oldest record that is needed. */
  firstStoredSeq(): number {
    let first = Infinity;
    for (const slot of this.slots()) first = Math.min(first, this.storedSeq(slot));
    return first;
  }

  #compare(slot: number, { dueAt, addedSeq }: Place): number {
    return (this.#dueAt[slot] ?? 0) - dueAt || this.addedSeq(slot) - addedSeq;
  }

  #isBefore(slot: number, other: number): boolean {
    const difference = (this.#dueAt[slot] ?? 0) - (this.#dueAt[other] ?? 0);
    return difference < 0 || (difference === 0 && this.addedSeq(slot) < this.addedSeq(other));
  }

  #cut(slots: number[], limit: number): number[] {
    slots.sort((slot, other) => (this.#isBefore(slot, other) ? -1 : 1));
    slots.length = Math.min(slots.length, limit);
    return slots;
  }

  #count(number: number, change: number): void {
    this.#counts[number] = (this.#counts[number] ?? 0) + change;
  }

  #numberOf(queue: string): number {
    const known = this.#numbers.get(queue);
    if (known !== undefined) return known;
    this.#numbers.set(queue, this.#names.length);
    return this.#names.push(queue) - 1;
  }

  #grow(): void {
    const used = [...this.slots()];
    this.#capacity *= 2;
    this.#dueAt = grown(this.#dueAt, new Float64Array(this.#capacity));
    this.#addedSeqs = grown(this.#addedSeqs, new Float64Array(this.#capacity));
    this.#storedSeqs = grown(this.#storedSeqs, new Float64Array(this.#capacity));
    this.#queues = grown(this.#queues, new Uint16Array(this.#capacity));
    this.#ids.grow(this.#capacity, used);
    this.#due.grow(this.#capacity);
  }
}

const hashOf = (queue: string, id: string): number => keyHash(`${queue} ${id}`);

/** A larger array with what was in a smaller one. */
const grown = <T extends Float64Array | Uint16Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};
