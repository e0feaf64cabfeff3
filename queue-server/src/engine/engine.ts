import type {
  DeadLetter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterStatus,
  Durability,
  Gap,
  RefusedLetter,
  Start,
} from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { Claim, ClaimResult, Returned, Settle, Settled } from './claim.js';
import type { GroupInfo, GroupOpening, GroupPage, OpenedGroup } from './group-info.js';

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
  /** What the log takes on the disk, or in memory. */
  readonly bytes: number;
}

/** What a reader meets: messages, or a hole in the log. */
export type ReadItem =
  { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'gap'; readonly gap: Gap };

/** What became of dead letters that were to go back to their groups. */
export interface Redrive {
  readonly redriven: number;
  /** They stay as they are. */
  readonly refused: readonly RefusedLetter[];
}

/** Told by an engine. Called synchronously, in the order of the log. */
export interface EngineEvents {
  /** Messages of the queue became durable. */
  committed: (queue: string) => void;
  /** Messages of the group may have become ready: a retry is due, a lease ended, an operator changed the group. */
  ready: (queue: string, group: string) => void;
  /** Messages were taken back without a word of their holder: its lease ended, or the group was put elsewhere. */
  returned: (queue: string, group: string, returned: Returned) => void;
  /** No member knows this event: the group passes over its messages, of which this is the first. Told once. */
  passedOver: (queue: string, group: string, event: string, firstSeq: number) => void;
  /** The group reached its limit of unsettled messages. Again only after a tenth of it was settled in between. */
  stalled: (queue: string, group: string, unsettled: number) => void;
  /** Dead letters of the group are gone, by the bounds of the queue's definition. */
  lettersExpired: (queue: string, group: string, letters: number) => void;
  /** So many messages of the group became dead letters. */
  buried: (queue: string, group: string, letters: number) => void;
}

/**
 * Stores queues and groups. Guarantees, whichever the engine:
 * - `append` resolves when the messages are as durable as the answer says, in the order of the calls per queue;
 *   a resent frame (same producer, first number and ids) or a known id is stored once.
 * - `read` sees durable messages only, every one of them or the gap in its place.
 * - A message of a group is claimed by one member at a time, under a token that no earlier claim had; messages of
 *   one ordering key by one member, in their order.
 * - `settle` resolves when the outcomes took effect, its `durable` when they are safe; only the holder of the token
 *   can settle. What a group gives up is kept as a dead letter before the group is done with it.
 * - After `close`, everything rejects with `closed`, and nothing is told any more; what was appended before is answered.
 */
export interface Engine {
  append(queue: string, frame: Frame): Promise<Appended>;
  head(queue: string): Head;
  /** Messages from a seq on, about `maxBytes` of them but at least one frame; none at the head. */
  read(queue: string, fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]>;
  /** The seq that reading begins with. */
  seqAt(queue: string, start: Start): Promise<number>;
  /** Removes the messages below a seq, as far as the store can: it may keep some of them. */
  trim(queue: string, beforeSeq: number): Promise<void>;

  /** Opens a group, making it when it is new. @throws QueueError `group_limit` when the queue has too many */
  openGroup(queue: string, group: string, opening: GroupOpening): Promise<OpenedGroup>;
  /** One group; undefined when the queue has none of this name. Its cost does not grow with their number. */
  groupInfo(queue: string, group: string): GroupInfo | undefined;
  /** All groups of a queue, or those that a page asks for: sorted by name then. */
  groups(queue: string, page?: GroupPage): readonly GroupInfo[];
  /** How many groups a queue has. */
  groupCount(queue: string): number;
  /** Hands out what is ready. Calls for one group do not overlap. */
  claim(claim: Claim): Promise<ClaimResult>;
  settle(settle: Settle): Promise<Settled>;
  /** The member came back: keeps the leases it names and releases its others. Returns those that hold. */
  resume(queue: string, group: string, member: string, tokens: readonly number[]): readonly number[];
  /** The member is gone without a word: its leases end early, after a grace for its return. */
  abandon(queue: string, group: string, member: string): void;
  /** The member left: what it held goes out again at once, uncounted. */
  leave(queue: string, group: string, member: string): Promise<void>;

  /** Puts a group to another place. @throws QueueError `group_unknown`, like the three below */
  seekGroup(queue: string, group: string, to: Start): Promise<void>;
  pauseGroup(queue: string, group: string, paused: boolean): Promise<void>;
  deleteGroup(queue: string, group: string): Promise<void>;
  /** What groups of the queue gave up, the oldest first; without what was redriven and is not settled. */
  deadLetters(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage>;
  deadLetterStatus(queue: string): DeadLetterStatus & { readonly newest: number };
  /**
   * Hands dead letters to the groups that gave them up, as messages that never failed; their histories are kept. A
   * letter is a dead letter or a pending message, never both, whatever happens. `dryRun` only counts.
   */
  redrive(
    queue: string,
    letters: readonly DeadLetter[],
    options?: { readonly dryRun?: boolean },
  ): Promise<Redrive>;
  /** Removes dead letters for good; returns how many there were. */
  discard(queue: string, positions: readonly number[]): Promise<number>;

  readonly leaseMs: number;
  /** How safe everything is that was appended. */
  readonly durability: Durability;
  /** Why nothing can be stored at the moment; undefined when all is well. */
  trouble(): Error | undefined;
  listen(events: EngineEvents): void;
  close(): Promise<void>;
}
