import type { KV } from '@nats-io/kv';
import { StoreLost } from '../remote/store-lost.js';
import { failureOf, isPassing } from './failure.js';
import { NOTE_KEY } from './owner-buckets.js';

/** What an owner has to know of the one before. */
export interface Note {
  /** The token of the canary. */
  readonly canary: string;
  /** While queues get new epochs: those that each had before. */
  readonly former?: Readonly<Record<string, readonly string[]>>;
}

interface StoredNote extends Note {
  /** The id of the owner that wrote it. */
  readonly by: string;
}

type NoteBucket = Pick<KV, 'get' | 'create' | 'update'>;

const ATTEMPTS = 10;

/** The note of a store. Each change names the revision before it: an owner that is no more changes nothing. */
export class OwnerNote {
  readonly #bucket: NoteBucket;
  readonly #owner: string;
  #revision = 0;
  #note: Note | undefined;

  constructor(bucket: NoteBucket, owner: string) {
    this.#bucket = bucket;
    this.#owner = owner;
  }

  /** Undefined: nobody noted anything, or it was not read. */
  get value(): Note | undefined {
    return this.#note;
  }

  async read(): Promise<Note | undefined> {
    const entry = await this.#bucket.get(NOTE_KEY);
    this.#revision = entry?.revision ?? 0;
    return (this.#note = entry?.operation === 'PUT' ? noteOf(entry.string()) : undefined);
  }

  /** @throws StoreLost when another owner changed it */
  async change(note: Note): Promise<void> {
    const text = JSON.stringify({ ...note, by: this.#owner } satisfies StoredNote);
    for (let attempt = 1; ; attempt++) {
      try {
        this.#revision = await this.#write(text);
        this.#note = note;
        return;
      } catch (error) {
        const failure = failureOf(error);
        if (attempt === ATTEMPTS || (!isPassing(failure) && failure !== 'superseded')) throw error;
        if (failure === 'superseded') await this.#learnRevision();
      }
    }
  }

  #write(text: string): Promise<number> {
    return this.#revision === 0
      ? this.#bucket.create(NOTE_KEY, text)
      : this.#bucket.update(NOTE_KEY, text, this.#revision);
  }

  /** This owner made it where an answer was lost. */
  async #learnRevision(): Promise<void> {
    const entry = await this.#bucket.get(NOTE_KEY);
    if (entry === null || noteOf(entry.string()).by !== this.#owner)
      throw new StoreLost('Another server changed what owners of the data in NATS note.');
    this.#revision = entry.revision;
  }
}

// Safe: only owners write it, all of them so.
const noteOf = (text: string): StoredNote => JSON.parse(text) as StoredNote;
