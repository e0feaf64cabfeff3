import type { Frame } from '@typed-queue/contracts/wire';

/** Frames that are made durable together. */
export interface Batch {
  readonly firstSeq: number;
  /** The seq after the last message. */
  readonly nextSeq: number;
  readonly frames: readonly Frame[];
  readonly bytes: number;
}

/**
 * `full`: the storage has no room; it is as it was before.
 * `short`: nothing can be written for now; a retry may succeed.
 * `broken`: what is stored after the last durable message is unknown; what was written must not be written on.
 */
export type WriteResult =
  { readonly kind: 'durable' } | { readonly kind: 'full' | 'short' | 'broken'; readonly error: unknown };

export const DURABLE: WriteResult = { kind: 'durable' };

/** What `GroupCommit` writes with, one call after the other. */
export interface BatchWriter {
  /** The seq after the last durable message. */
  readonly nextSeq: number;
  /** Makes sure that there is a segment to write to. */
  prepare(): Promise<WriteResult>;
  /** Makes a batch durable. After `broken` nothing more can be written. */
  write(batch: Batch): Promise<WriteResult>;
  /** Seals the active segment and starts a new one. Does nothing when it is empty. */
  roll(): Promise<WriteResult>;
}
