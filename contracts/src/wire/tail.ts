import type { Contract, Message, QueueName } from '../contract.js';
import type { Gap, Position, Reset, Start } from '../position.js';
import type { WindowRequest } from './group.js';
import type { ServedContract } from './handshake.js';

/** Asks for every message of a queue from a position on. The server keeps nothing for it. */
export interface TailRequest<Q extends string> {
  /** The client's name for this tail; it stands in every replay. */
  readonly subscription: string;
  readonly queue: Q;
  /** After a reconnect: the position behind the last message that was read. */
  readonly from: Start | Position;
  /** Only these events. Default: all. */
  readonly events?: readonly string[];
  /** `frame` asks for binary replays. Live messages are text for all. Default `json`. */
  readonly form?: 'json' | 'frame';
  /** How much may be sent beyond the position that the client reported last. */
  readonly window?: WindowRequest;
}

export interface Tailing {
  readonly epoch: string;
  /** The seq that the tail begins with. */
  readonly next: number;
  readonly contract: ServedContract;
  /** The position was meant for another log: the tail begins with the oldest message. */
  readonly reset?: Reset;
}

/** A piece of the log for one tail: messages, and what is missing between them. Each begins behind the last. */
export interface ReplayHeader {
  readonly subscription: string;
  readonly from: number;
  /** Everything up to this seq is in this piece, told as missing, or not asked for (`events`). */
  readonly to: number;
  readonly gaps: readonly Gap[];
}

/** The same in the plain JSON form, with its messages. */
export interface Replay<C extends Contract, Q extends QueueName<C>> extends ReplayHeader {
  readonly messages: readonly Message<C, Q>[];
}

/** Where a tail stands: the seq of the next message that it gets. */
export interface TailNotice {
  readonly subscription: string;
  readonly next: number;
}
