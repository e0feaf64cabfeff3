/** A call that changes something. Reads and opening for reading are not counted. */
export interface Call {
  /** Counts from 0. */
  readonly index: number;
  readonly kind: 'create' | 'write' | 'write-through' | 'flush' | 'truncate' | 'remove' | 'sync-dir';
  readonly path: string;
}

export type FaultCode = 'EACCES' | 'ENOSPC' | 'EDQUOT' | 'EIO' | Shortage;
export type Shortage = 'EMFILE' | 'ENFILE' | 'ENOMEM' | 'EAGAIN';

/** How a call fails. `stop`: the process ends within it. `takes`: how many bytes were written before. */
export type Fault =
  | { readonly kind: 'stop'; readonly takes?: number }
  | { readonly kind: 'error'; readonly code: FaultCode; readonly takes?: number };
