import type { Contract, Message, QueueName } from '../contract.js';
import type { Gap, Position, Reset, Start } from '../position.js';
import type { WindowRequest } from './group.js';
import type { ServedContract } from './handshake.js';

/** Asks for every message of a queue from a position on. The server keeps nothing for it. */
export interface TailRequest<Q extends string> {
  /** The client's name for this tail, repeated in every replay. */
  readonly subscription: string;
  readonly queue: Q;
  /** After a reconnect: the position after the last message that was read. */
  readonly from: Start | Position;
  /** Only these events. Default: all. */
  readonly events?: readonly string[] | undefined;
  /** `frame` asks for binary replays. Default `json`. */
  readonly form?: 'json' | 'frame' | undefined;
  /** `frame` asks for binary live messages; a server that does not know the field sends text. Default `json`. */
  readonly live?: 'json' | 'frame' | undefined;
  /** How much may be sent beyond the position that the client reported last. */
  readonly window?: WindowRequest | undefined;
}

export interface Tailing {
  readonly epoch: string;
  /** The seq that the tail begins with. */
  readonly next: number;
  readonly contract: ServedContract;
  /** The position was of another log: the tail begins at the oldest message. */
  readonly reset?: Reset;
}

/** A batch of the log for one tail: messages, and the gaps between them. Each begins after the one before. */
export interface ReplayHeader {
  readonly subscription: string;
  readonly from: number;
  /** Every message up to this seq is in this batch, in a gap, or not asked for (`events`). */
  readonly to: number;
  readonly gaps: readonly Gap[];
}

/** The same in the plain JSON form, with its messages. */
export interface Replay<C extends Contract, Q extends QueueName<C>> extends ReplayHeader {
  readonly messages: readonly Message<C, Q>[];
}

/** The seq of the next message that a tail gets. */
export interface TailNotice {
  readonly subscription: string;
  readonly next: number;
}
