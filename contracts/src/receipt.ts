import type { ErrorBody } from './errors.js';

/**
 * How durable a stored message is: `disk` survives `kill -9` and power loss of the server, `replicated` the loss of any
 * one machine, since most of at least three have it, `memory` lasts as long as the server's process (or as its storage
 * that was declared ephemeral).
 */
export type Durability = 'disk' | 'replicated' | 'memory';

/** The answer to a publish: the message is stored, as durably as `durability` says. */
export interface Receipt {
  readonly id: string;
  readonly epoch: string;
  readonly seq: number;
  /** It was stored before; `seq` is the one it got then. */
  readonly duplicate: boolean;
  readonly durability: Durability;
}

/** The answer to a publish for later: the message waits, as durably as `durability` says, and has no seq yet. */
export interface ScheduledReceipt extends Pick<Receipt, 'id' | 'durability'> {
  /** When it is published, by the clock of the server: milliseconds since 1970. Late after a pause of the server, never early. */
  readonly dueAt: number;
}

/** The answer to a batch: all its messages are stored, as durably as `durability` says. */
export interface BatchReceipt extends Pick<Receipt, 'epoch' | 'durability'> {
  /** Of each message, in the order of the batch. */
  readonly messages: readonly Pick<Receipt, 'id' | 'seq' | 'duplicate'>[];
}

/**
 * The answer to a frame. Messages that are neither refused nor duplicate got the seqs
 * `firstSeq`, `firstSeq + 1` … in the order of the frame.
 */
export interface FrameReceipt {
  readonly epoch: string;
  readonly firstSeq: number;
  readonly durability: Durability;
  readonly refused: readonly { readonly index: number; readonly error: ErrorBody }[];
  readonly duplicates: readonly { readonly index: number; readonly seq: number }[];
}
