import type { Frame } from '@typed-queue/contracts';

/** Frames that are written and flushed together. */
export interface Group {
  readonly firstSeq: number;
  /** The seq behind the last message. */
  readonly nextSeq: number;
  readonly frames: readonly Frame[];
  readonly bytes: number;
}

/**
 * What became of a write.
 * `full`: the disk has no room; the file is as it was before.
 * `broken`: nobody knows what the disk holds behind the durable offset; the file must not be written again.
 */
export type Written =
  | { readonly kind: 'durable' }
  | { readonly kind: 'full'; readonly error: unknown }
  | { readonly kind: 'broken'; readonly error: unknown };

export const DURABLE: Written = { kind: 'durable' };
