import { Buffer } from 'node:buffer';

/** What a message of a stream holds; the last token of its subject. */
export type RecordKind = 'batch' | 'segment' | 'owner' | 'state';

/** The names of one journal in JetStream. */
export class StreamNames {
  readonly stream: string;

  /** `prefix`: letters, digits, "-" and "_". */
  constructor(prefix: string, journal: string) {
    this.stream = `${prefix}=${escaped(journal)}`;
  }

  /** The journal of a stream; undefined: it is of another store, or of no journal. */
  static journalOf(prefix: string, stream: string): string | undefined {
    const begin = `${prefix}=`;
    return stream.startsWith(begin) ? unescaped(stream.slice(begin.length)) : undefined;
  }

  get subjects(): string {
    return `${this.stream}.*`;
  }

  subject(kind: RecordKind): string {
    return `${this.stream}.${kind}`;
  }
}

/** A token of a subject, another one for each text: what must not be in names of streams is "=" and two hex digits a byte. */
const escaped = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/gu, hex);

const unescaped = (token: string): string => decodeURIComponent(token.replaceAll('=', '%'));

const hex = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join('');
