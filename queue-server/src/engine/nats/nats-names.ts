import { Buffer } from 'node:buffer';

/** What a message of a stream holds; the last token of its subject. */
export type RecordKind = 'batch' | 'segment' | 'owner' | 'state';

/** The names of one journal in JetStream. */
export class StreamNames {
  readonly stream: string;
  readonly #root: string;

  /** `prefix`: letters, digits, "-" and "_". */
  constructor(prefix: string, journal: string) {
    const name = escaped(journal);
    this.stream = `${streamsOf(prefix)}${name}`;
    // So that the rights of a user can name all of a store: typed-queue.queue.>
    this.#root = `typed-queue.${prefix}.${name}`;
  }

  /** The journal of a stream; undefined: it is of another store, or of no journal. */
  static journalOf(prefix: string, stream: string): string | undefined {
    const begin = streamsOf(prefix);
    return stream.startsWith(begin) ? unescaped(stream.slice(begin.length)) : undefined;
  }

  get subjects(): string {
    return `${this.#root}.*`;
  }

  subject(kind: RecordKind): string {
    return `${this.#root}.${kind}`;
  }

  /** Of a subject. Safe: the subjects of the stream are those of records, and nobody else appends to it. */
  kindOf(subject: string): RecordKind {
    return subject.slice(this.#root.length + 1) as RecordKind;
  }
}

/** Between the prefix of several servers and the name of a unit, in which it is not. */
const OF_UNIT = '_-';

/** The prefix of the store that a unit has, of several servers with a prefix. `unit`: without "_-". */
export const unitPrefix = (prefix: string, unit: string): string => `${prefix}${OF_UNIT}${unit}`;

/** Whether a stream is of a unit of several servers with a prefix. */
export const isOfUnit = (prefix: string, stream: string): boolean =>
  stream.startsWith(`typed-queue=${prefix}${OF_UNIT}`);

const streamsOf = (prefix: string): string => `typed-queue=${prefix}=`;

/** A token of a subject, another one for each text: what must not be in names of streams is "=" and two hex digits a byte. */
const escaped = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/gu, hex);

const unescaped = (token: string): string => decodeURIComponent(token.replaceAll('=', '%'));

const hex = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join('');
