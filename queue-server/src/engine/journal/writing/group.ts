import type { Frame } from '@typed-queue/contracts/wire';
import { isFull, isShortage } from '../file-system.js';

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
 * `short`: descriptors or memory are lacking, and no file can be written for now; a retry may succeed.
 * `broken`: nobody knows what the disk holds behind the durable offset; the file must not be written again.
 */
export type Written =
  { readonly kind: 'durable' } | { readonly kind: 'full' | 'short' | 'broken'; readonly error: unknown };

export const DURABLE: Written = { kind: 'durable' };

/** What the failure of a call means for the write that it was a part of. */
export const notWritten = (error: unknown): Written => {
  if (isFull(error)) return { kind: 'full', error };
  return { kind: isShortage(error) ? 'short' : 'broken', error };
};
