import type { Range } from '@typed-queue/contracts';

/** Bytes of a file, `to` not included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Bytes below the durable offset that no longer match their checksums. */
export interface Damage extends ByteRange {
  /** The messages that they held; undefined when no message is missing. */
  readonly seqs: Range | undefined;
}

/** What operators should know of a journal. Offsets are in bytes. */
export type JournalEvent =
  /** Bytes that were never acknowledged, left by a crash, were cut off. Seqs from `nextSeq` on are assigned again. */
  | ({ readonly kind: 'torn-tail'; readonly file: string; readonly nextSeq: number } & ByteRange)
  /** Found at start. Readers get a gap in place of the messages. */
  | { readonly kind: 'damage'; readonly file: string; readonly damage: readonly Damage[] }
  /** Found by a reader, who got a gap. Reported once per gap. */
  | { readonly kind: 'gap'; readonly file: string; readonly seqs: Range }
  | { readonly kind: 'header-damaged'; readonly file: string }
  | { readonly kind: 'segment-started'; readonly file: string }
  | { readonly kind: 'segment-sealed'; readonly file: string; readonly seqs: Range; readonly bytes: number }
  | { readonly kind: 'segment-dropped'; readonly file: string }
  /** Writing after `durableOffset` failed; the file is not written again. */
  | {
      readonly kind: 'segment-failed';
      readonly file: string;
      readonly durableOffset: number;
      readonly error: unknown;
    }
  /** Appends are refused until there is room. */
  | { readonly kind: 'storage-full'; readonly error: unknown }
  /** Descriptors or memory are lacking: appends are refused until a retry succeeds. */
  | { readonly kind: 'storage-unavailable'; readonly error: unknown }
  | { readonly kind: 'storage-recovered' }
  /** Appends are refused until a restart. */
  | { readonly kind: 'storage-failed'; readonly error: unknown }
  /** The durable checkpoint cannot be written: after a crash, damage may be mistaken for a torn tail. */
  | { readonly kind: 'mark-failed'; readonly error: unknown };
