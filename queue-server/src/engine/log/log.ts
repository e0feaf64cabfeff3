import type { Frame, FrameReceipt } from '@typed-queue/contracts/wire';
import type { ExpectedSeq } from '../expected/expected-seq.js';
import type { LogItem } from './scan.js';

export type { LogItem } from './scan.js';

/** The ends and the size of a log. */
export interface Head {
  readonly epoch: string;
  /** The oldest seq that is kept. */
  readonly firstSeq: number;
  /** The newest seq that is durable; `firstSeq - 1` when there is none. */
  readonly lastSeq: number;
  /** Its size on the disk or in memory. */
  readonly bytes: number;
}

/** What became of an appended frame; `duplicates` by index in the frame. */
export type Appended = Pick<FrameReceipt, 'epoch' | 'firstSeq' | 'duplicates'>;

/** The log of one queue, in which each message is stored once. */
export interface Log {
  /**
   * Resolves when the messages are durable, in the order of the calls; a resent frame (same producer, first number and
   * ids) or a known id is stored once. With an expectation only if it holds, unless all messages are known.
   * @throws QueueError `seq_conflict`
   */
  append(frame: Frame, expected?: ExpectedSeq): Promise<Appended>;
  head(): Head;
  /**
   * Durable items from a seq on, about `maxBytes` of them but at least one frame; none at the head. The first frame may
   * begin before the seq. `LOOKUP` as `maxBytes` reads one frame. What was there before the oldest seq that is kept is a
   * gap: `retention` as far as the log knows that it removed it, else `damage`.
   */
  read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]>;
  /**
   * A reader follows the log: the newest messages that it has yet to read are kept in memory, up to a limit. `next`: the
   * seq that it reads next. Returns what ends it.
   */
  follow(next: () => number): () => void;
  /** What comes from now on is removed apart from what came before. */
  roll(): Promise<void>;
  /** Removes the messages below a seq, as far as the store can: it may keep some of them. */
  trim(beforeSeq: number): Promise<void>;
  /** Called in the turn in which the head grows, before the appends resolve. */
  onCommit(listener: () => void): void;
  /** Why nothing can be appended at the moment; undefined when all is well. */
  fault(): Error | undefined;
  /** Resolves when the appends before it are settled. */
  close(): Promise<void>;
}
