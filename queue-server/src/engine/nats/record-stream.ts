import type { StoredMsg, StreamInfo } from '@nats-io/jetstream';
import { failureOf } from './failure.js';
import { StreamNames, type RecordKind } from './nats-names.js';
import { ANSWER_MS } from './store-requests.js';
import { readRecord, type JournalRecord, type StoredRecord } from './record.js';
import { unsupportedJournal } from './journal-errors.js';
import type { StreamStore } from './stream-store.js';

/** The shortest that JetStream takes, in nanoseconds: what is sent twice is refused by its place. */
const DUPLICATE_WINDOW = 100_000_000;

/** `any` replica, which may lack what was stored last; or the `leader`. */
export type Reader = 'any' | 'leader';

/** The requests for one stream. Each is sent once. */
export class RecordStream {
  readonly names: StreamNames;
  readonly #store: StreamStore;
  readonly #journal: string;

  constructor(store: StreamStore, journal: string) {
    this.names = new StreamNames(store.prefix, journal);
    this.#store = store;
    this.#journal = journal;
  }

  /** Makes the stream where it is missing. */
  async open(): Promise<StreamInfo> {
    try {
      return await this.info();
    } catch (error) {
      if (failureOf(error) !== 'missing') throw error;
    }
    return this.#store.jsm.streams.add({
      name: this.names.stream,
      subjects: [this.names.subjects],
      storage: 'file',
      num_replicas: this.#store.replicas,
      discard: 'new',
      allow_direct: true,
      duplicate_window: DUPLICATE_WINDOW,
    });
  }

  info(): Promise<StreamInfo> {
    return this.#store.jsm.streams.info(this.names.stream);
  }

  /** Appends right after a position, or is refused. Resolves to where it is. */
  async append({ kind, bytes }: JournalRecord, after: number): Promise<number> {
    const options = { expect: { lastSequence: after }, timeout: ANSWER_MS };
    return (await this.#store.js.publish(this.names.subject(kind), bytes, options)).seq;
  }

  /** The record at a position. */
  async at(position: number): Promise<StoredRecord | undefined> {
    return this.#record(await this.#store.jsm.streams.getMessage(this.names.stream, { seq: position }));
  }

  /** The first record of a kind from a position on. */
  async next(reader: Reader, kind: RecordKind, from: number): Promise<StoredRecord | undefined> {
    const { direct, streams } = this.#store.jsm;
    const query = { seq: Math.max(1, from), next_by_subj: this.names.subject(kind) };
    const { stream } = this.names;
    const found = await (reader === 'any'
      ? direct.getMessage(stream, query)
      : streams.getMessage(stream, query));
    return this.#record(found);
  }

  /** The last record of a kind. */
  async last(kind: RecordKind): Promise<StoredRecord | undefined> {
    const query = { last_by_subj: this.names.subject(kind) };
    return this.#record(await this.#store.jsm.streams.getMessage(this.names.stream, query));
  }

  /** Removes what is before a position. */
  async dropBefore(position: number): Promise<void> {
    await this.#store.jsm.streams.purge(this.names.stream, { seq: position });
  }

  async remove(position: number): Promise<void> {
    await this.#store.jsm.streams.deleteMessage(this.names.stream, position, false);
  }

  #record(message: StoredMsg | null): StoredRecord | undefined {
    if (message === null) return undefined;
    const { subject, seq: position, data: bytes } = message;
    const found = readRecord(bytes);
    if (found.kind === 'foreign') throw unsupportedJournal(this.#journal, String(found.version));
    if (found.kind === 'bad') return undefined;
    const kind = this.names.kindOf(subject);
    return { kind, bytes, position, header: found.header, content: found.content };
  }
}
