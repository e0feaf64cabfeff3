import type { Durability, Frame, Gap, Outcome, Range, Start } from '@typed-queue/contracts';

/** What became of an appended frame. */
export interface Appended {
  readonly epoch: string;
  readonly durability: Durability;
  /** The seq of the first message that is new. */
  readonly firstSeq: number;
  /** Messages of the frame, by place, that were stored before. */
  readonly duplicates: readonly { readonly place: number; readonly seq: number }[];
}

/** Where a queue's log stands. */
export interface Head {
  readonly epoch: string;
  /** The oldest seq that is kept. */
  readonly firstSeq: number;
  /** The newest seq that is durable; `firstSeq - 1` when there is none. */
  readonly lastSeq: number;
}

/** What a reader meets: messages, or a hole in the log. */
export type ReadItem =
  { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'gap'; readonly gap: Gap };

/** Who asks for messages of a group, and how much of them. */
export interface Claim {
  readonly queue: string;
  readonly group: string;
  /** Names the holder over reconnects. */
  readonly member: string;
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** Messages that one member holds under one lease. */
export interface Claimed {
  readonly token: number;
  readonly frames: readonly Frame[];
  /** Messages at a later attempt than the first. */
  readonly attempts: readonly (readonly [from: number, to: number, attempt: number])[];
  /** Holes met on the way: the group has moved past them. */
  readonly gaps: readonly Gap[];
}

/** An outcome for messages under one lease. */
export interface Settle {
  readonly queue: string;
  readonly group: string;
  readonly member: string;
  readonly token: number;
  readonly outcome: Outcome;
  /** Default: everything unsettled under the token. */
  readonly ranges?: readonly Range[] | undefined;
}

/** What a settle did: parts that the member no longer holds are refused, all others took effect. */
export interface Settled {
  /** Resolves when final outcomes are as durable as the log. */
  readonly durable: Promise<void>;
  /** Whether the member holds a lease under the token at all. */
  readonly held: boolean;
  readonly settled: readonly Range[];
  readonly lost: readonly Range[];
}

/** Told by an engine. Called synchronously, in the order of the log. */
export interface EngineEvents {
  /** Messages of the queue became durable. */
  committed: (queue: string) => void;
  /** Messages of the group became ready by the passage of time: a retry is due or a lease ended. */
  ready: (queue: string, group: string) => void;
  /** A lease ended: what stood under it goes out again. */
  expired: (queue: string, group: string, member: string, token: number) => void;
}

/**
 * Stores queues and groups. Guarantees, whichever the engine:
 * - `append` resolves when the messages are as durable as the answer says, in the order of the calls per queue;
 *   a resent frame (same producer and first number) or a known id is stored once.
 * - `read` sees durable messages only, every one of them or the gap in its place.
 * - A message of a group is claimed by one member at a time, under a token that no earlier claim had.
 * - `settle` resolves when the outcomes took effect, its `durable` when they are safe; only the holder of the token
 *   can settle.
 * - After `close`, everything rejects with `closed`, and nothing is told any more; what was appended before is answered.
 */
export interface Engine {
  append(queue: string, frame: Frame): Promise<Appended>;
  head(queue: string): Head;
  /** Messages from a seq on, about `maxBytes` of them but at least one frame; none at the head. */
  read(queue: string, fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]>;

  /** Opens a group, making it where `start` says when it is new. */
  openGroup(queue: string, group: string, start: Start): Promise<{ readonly floor: number }>;
  /** Hands out what is ready; undefined when nothing is. Calls for one group do not overlap. */
  claim(claim: Claim): Promise<Claimed | undefined>;
  settle(settle: Settle): Promise<Settled>;
  /** The member came back: keeps the leases it names and releases its others. Returns those that hold. */
  resume(queue: string, group: string, member: string, tokens: readonly number[]): readonly number[];
  /** The member is gone without a word: its leases end early, after a grace for its return. */
  abandon(queue: string, group: string, member: string): void;
  /** The member left: what it held goes out again at once, uncounted. */
  leave(queue: string, group: string, member: string): Promise<void>;

  readonly leaseMs: number;
  /** Why nothing can be stored at the moment; undefined when all is well. */
  trouble(): Error | undefined;
  listen(events: EngineEvents): void;
  close(): Promise<void>;
}
