import type {
  DeadLetter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterStatus,
  Durability,
  RefusedLetter,
  Start,
} from '@typed-queue/contracts';
import type { Frame, FrameReceipt } from '@typed-queue/contracts/wire';
import type { EngineBackup } from './backup.js';
import type {
  Claim,
  ClaimResult,
  ConnectionEnd,
  HeldLease,
  Returned,
  Settle,
  SettleResult,
} from './claim.js';
import type { ExpectedSeq } from './expected/expected-seq.js';
import type { GroupMessage } from './group-message.js';
import type { GroupInfo, GroupOpening, GroupPage, GroupPosition, OpenedGroup } from './group-info.js';
import type { LetterCounts } from './groups/dead-letters.js';
import type { Head, LogItem } from './log/log.js';

export type { Head, LogItem } from './log/log.js';

/** Reported by an engine. Called synchronously, in the order of the log. */
export interface EngineEvents {
  /** Messages of the queue became durable. */
  committed: (queue: string) => void;
  /** Messages of the group may have become ready: a retry is due, a lease ended, an operator changed the group. */
  ready: (queue: string, group: string) => void;
  /** Messages were returned to the group although their member settled nothing: its lease ended, or the group was reset. */
  returned: (queue: string, group: string, returned: Returned) => void;
  /** No member knows this event: the group skips its messages, of which this is the first. Once for each event. */
  passedOver: (queue: string, group: string, event: string, firstSeq: number) => void;
  /** The group reached its limit of unsettled messages. Again only after a tenth of it was settled in between. */
  stalled: (queue: string, group: string, unsettled: number) => void;
  /** Dead letters of the group were removed by the bounds of the queue's definition. */
  deadLettersExpired: (queue: string, group: string, letters: number) => void;
  /** Messages of the group became dead letters. */
  deadLettered: (queue: string, group: string, letters: LetterCounts) => void;
}

/**
 * Stores queues and groups. Guarantees of every engine:
 * - `append` resolves when the messages are as durable as the answer says, in the order of the calls per queue;
 *   a resent frame (same producer, first number and ids) or a known id is stored once. The new messages of a frame are
 *   stored together: after a crash all of them are there, or none. With an expected seq they are stored only if it is
 *   the last one, of what was appended before in the order of the calls; duplicates are no conflict.
 * - `read` sees durable messages only, every one of them or the gap in its place.
 * - A message of a group is claimed by one member at a time, under a token that no earlier claim had; messages of
 *   one ordering key by one member, in their order.
 * - `settle` resolves when the outcomes took effect, its `durable` when they are safe; only the holder of the token
 *   can settle. A message that a group gives up is stored as a dead letter before the group settles it.
 * - After `close`, everything rejects with `closed`, and no event is reported; earlier appends still resolve.
 */
export interface Engine {
  /** @throws QueueError `queue_unknown` */
  queue(name: string): QueueHandle;
  /** A group by its name, whether it was made or not. @throws QueueError `queue_unknown` */
  group(queue: string, group: string): GroupHandle;

  readonly leaseMs: number;
  /** How safe an appended message is. */
  readonly durability: Durability;
  /** Why nothing can be stored at the moment; undefined when all is well. */
  fault(): Error | undefined;
  listen(events: EngineEvents): void;
  /**
   * Begins a backup of everything as it is now; the engine goes on meanwhile. One at a time.
   * @throws QueueError `overloaded` while another one runs, `request_invalid` when nothing is stored
   */
  backup(): Promise<EngineBackup>;
  close(): Promise<void>;
}

/** One queue of an engine. */
export interface QueueHandle {
  /** @throws QueueError `seq_conflict` when another seq than the expected one is the last */
  append(frame: Frame, expected?: ExpectedSeq): Promise<FrameReceipt>;
  head(): Head;
  /** @throws QueueError `storage_unavailable` while another server may have the queue: what this one knows may be outdated */
  checkOwned(): void;
  /** Messages from a seq on, about `maxBytes` of them but at least one frame; none at the head. */
  read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]>;
  /** See `Log.follow`. */
  follow(next: () => number): () => void;
  /** The seq that reading begins with. */
  seqAt(start: Start): Promise<number>;
  /** What comes from now on is removed apart from what came before. */
  roll(): Promise<void>;
  /** Removes the messages below a seq, as far as the store can: it may keep some of them. */
  trim(beforeSeq: number): Promise<void>;

  readonly groups: {
    /** All groups, or those that a page asks for: sorted by name then. */
    list(page?: GroupPage): readonly GroupInfo[];
    /** How far all of them are, at a small part of the cost of `list`. */
    positions(): readonly GroupPosition[];
    count(): number;
  };

  readonly deadLetters: {
    /** The dead letters of its groups, the oldest first; without those that were redriven and are not settled. */
    list(query: DeadLetterQuery): Promise<DeadLetterPage>;
    status(): DeadLetterStatus & { readonly newest: number };
    /**
     * Replaces the payload of a dead letter, for its group alone; resolves with the letter when that is durable.
     * Undefined: there is no such letter, or it has no message.
     */
    edit(position: number, payload: unknown): Promise<DeadLetter | undefined>;
    /**
     * Returns dead letters to their groups as messages that never failed; their histories are kept. A letter is a dead
     * letter or a pending message, never both, whatever happens.
     */
    redrive(letters: readonly DeadLetter[], options?: RedriveOptions): Promise<Redrive>;
    /** Removes dead letters permanently; resolves with their number. */
    discard(positions: readonly number[]): Promise<number>;
  };
}

/** One consumer group of a queue. Everything but `open` and `info` throws `group_unknown` when there is no such group. */
export interface GroupHandle {
  /** Opens the group, making it when it is new. @throws QueueError `group_limit` when the queue has too many */
  open(opening: GroupOpening): Promise<OpenedGroup>;
  /** Undefined when there is no such group. Its cost does not grow with the number of groups. */
  info(): GroupInfo | undefined;
  /** What became of a message. */
  message(seq: number): GroupMessage;
  /** The group has members, until the function that it returns is called. It follows the log meanwhile. */
  follow(): () => void;
  /** Claims what is ready. Calls for one group do not overlap. */
  claim(claim: Claim): Promise<ClaimResult>;
  settle(settle: Settle): Promise<SettleResult>;
  /**
   * The member came back: keeps the leases it names and releases its others. Returns those that it holds.
   * @throws QueueError `storage_unavailable` while another server may own the queue
   */
  resume(member: string, tokens: readonly number[]): readonly HeldLease[];
  /** The member vanished, but may come back to its leases. Default: `lost`. */
  abandon(member: string, end?: ConnectionEnd): void;
  /** The member left: what it held is ready again at once, uncounted. */
  leave(member: string): Promise<void>;
  /** Moves the group to another position. */
  seek(to: Start): Promise<void>;
  pause(paused: boolean): Promise<void>;
  delete(): Promise<void>;
}

export interface RedriveOptions {
  /** Only counts. Default false. */
  readonly dryRun?: boolean;
  /** Letters by group that take room before these ones do. */
  readonly counted?: ReadonlyMap<string, number>;
}

/** The result of a redrive. */
export interface Redrive {
  readonly redriven: number;
  /** They stay dead letters. */
  readonly refused: readonly RefusedLetter[];
}
