import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { keyHash } from '@typed-queue/contracts/wire';
import { IdChains } from './id-chains.js';
import type { Named } from './scheduled-messages.js';

/** Of all queues; beyond, the oldest ones are forgotten. */
const MAX_IDS = 100_000;
const KNOWN_SECONDS = 24 * 60 * 60;

/** An entry: a hash of queue and id, when the message was due (ms), when it was settled (s, rounded up), and how. */
const KEY_BYTES = 16;
const AT = KEY_BYTES + 8;
const HOW = AT + 4;
const ENTRY_BYTES = HOW + 1;
const CANCELLED = 1;
/** Of an entry that was taken out. */
const REMOVED = 2;

const FIRST_CAPACITY = 1_024;
/** Entries of one text, about 75 kB. */
const TEXT_ENTRIES = 2_000;
const TEXT_OVERHEAD = 128;

/** A message that was sent or cancelled. */
export interface Settled {
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  readonly isCancelled: boolean;
}

/**
 * The messages that were sent or cancelled, at 41 bytes each: what a client sends again, since it never got the receipt, is
 * not to come a second time. A ring, the oldest first.
 */
export class SettledIds {
  readonly #max: number;
  #capacity = FIRST_CAPACITY;
  #entries = Buffer.alloc(FIRST_CAPACITY * ENTRY_BYTES);
  #chains = new IdChains(FIRST_CAPACITY);
  /** Entries have numbers: from `#first` to before `#next`. */
  #first = 0;
  #next = 0;
  #isSorted = true;

  constructor(max = MAX_IDS) {
    this.#max = max;
  }

  get size(): number {
    return this.#next - this.#first;
  }

  /** Of the records that have all of them, about. */
  get bytes(): number {
    const texts = Math.ceil(this.size / TEXT_ENTRIES);
    return texts * TEXT_OVERHEAD + Math.ceil((this.size * ENTRY_BYTES * 4) / 3);
  }

  /** Undefined: it is not known. */
  get(named: Named, now: number): Settled | undefined {
    this.expire(now);
    const slot = this.#find(keyOf(named));
    if (slot === undefined) return undefined;
    const at = slot * ENTRY_BYTES;
    return {
      dueAt: this.#entries.readDoubleLE(at + KEY_BYTES),
      isCancelled: this.#entries.readUInt8(at + HOW) === CANCELLED,
    };
  }

  /** A message is settled now. */
  add(named: Named, { dueAt, isCancelled }: Settled, now: number): void {
    this.expire(now);
    const entry = Buffer.alloc(ENTRY_BYTES);
    keyOf(named).copy(entry);
    entry.writeDoubleLE(dueAt, KEY_BYTES);
    entry.writeUInt32LE(Math.ceil(now / 1_000), AT);
    entry.writeUInt8(isCancelled ? CANCELLED : 0, HOW);
    this.#put(entry);
  }

  /** Its id was forgotten, and is that of a message that waits now. */
  remove(named: Named): void {
    const slot = this.#find(keyOf(named));
    if (slot === undefined) return;
    this.#chains.delete(slot);
    this.#entries.writeUInt8(REMOVED, slot * ENTRY_BYTES + HOW);
  }

  /** Forgets what was known for long enough; returns whether that was any. */
  expire(now: number): boolean {
    this.#sort();
    const first = this.#first;
    const through = now / 1_000 - KNOWN_SECONDS;
    while (this.size > 0 && this.#at(this.#first) <= through) this.#forget();
    return this.#first > first;
  }

  /** All of them, as records have them. */
  texts(): readonly string[] {
    this.#sort();
    const entries = this.#numbers().map((number) => this.#entry(number));
    const texts: string[] = [];
    for (let index = 0; index < entries.length; index += TEXT_ENTRIES)
      texts.push(Buffer.concat(entries.slice(index, index + TEXT_ENTRIES)).toString('base64'));
    return texts;
  }

  /** Adds those of a text. */
  restore(text: string): void {
    const entries = Buffer.from(text, 'base64');
    for (let at = 0; at + ENTRY_BYTES <= entries.length; at += ENTRY_BYTES) {
      // They may be older than those that are known already.
      if (this.#put(entries.subarray(at, at + ENTRY_BYTES))) this.#isSorted = false;
    }
  }

  #put(entry: Buffer): boolean {
    if (this.#find(entry) !== undefined) return false;
    if (this.size === this.#max) {
      this.#sort();
      this.#forget();
    }
    if (this.size === this.#capacity) this.#rebuild(2 * this.#capacity, this.#numbers());
    this.#append(entry);
    return true;
  }

  #append(entry: Buffer): void {
    const slot = this.#next % this.#capacity;
    entry.copy(this.#entries, slot * ENTRY_BYTES);
    this.#chains.add(slot, hashOf(entry));
    this.#next++;
  }

  #forget(): void {
    this.#chains.delete(this.#first % this.#capacity);
    this.#first++;
  }

  /** The slot of a key. */
  #find(key: Buffer): number | undefined {
    return this.#chains.find(hashOf(key)).find((slot) => {
      const start = slot * ENTRY_BYTES;
      return this.#entries.compare(key, 0, KEY_BYTES, start, start + KEY_BYTES) === 0;
    });
  }

  #entry(number: number): Buffer {
    const start = (number % this.#capacity) * ENTRY_BYTES;
    return this.#entries.subarray(start, start + ENTRY_BYTES);
  }

  #at(number: number): number {
    return this.#entry(number).readUInt32LE(AT);
  }

  /** Of the entries that were not removed. */
  #numbers(): number[] {
    const all = Array.from({ length: this.size }, (_, index) => this.#first + index);
    return all.filter((number) => this.#entry(number).readUInt8(HOW) !== REMOVED);
  }

  #sort(): void {
    if (this.#isSorted) return;
    this.#isSorted = true;
    const numbers = this.#numbers().sort((one, other) => this.#at(one) - this.#at(other));
    this.#rebuild(this.#capacity, numbers);
  }

  /** Puts the entries of some numbers into a new ring, in their order. */
  #rebuild(capacity: number, numbers: readonly number[]): void {
    const entries = numbers.map((number) => this.#entry(number));
    this.#capacity = capacity;
    this.#entries = Buffer.alloc(capacity * ENTRY_BYTES);
    this.#chains = new IdChains(capacity);
    [this.#first, this.#next] = [0, 0];
    for (const entry of entries) this.#append(entry);
  }
}

/** The keys of a text. */
export const settledKeys = (text: string): readonly Buffer[] => {
  const entries = Buffer.from(text, 'base64');
  const count = Math.floor(entries.byteLength / ENTRY_BYTES);
  return Array.from({ length: count }, (_, index) =>
    entries.subarray(index * ENTRY_BYTES, index * ENTRY_BYTES + KEY_BYTES),
  );
};

/** Clients choose ids, and must not choose one that has the key of another's. Begins with the hash of `WaitingMessages`. */
export const keyOf = ({ queue, id }: Named): Buffer => {
  const name = `${queue} ${id}`;
  const key = createHash('sha256').update(name).digest().subarray(0, KEY_BYTES);
  key.writeUInt32LE(keyHash(name));
  return key;
};

export const hashOf = (key: Buffer): number => key.readUInt32LE(0);
