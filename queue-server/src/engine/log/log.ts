import type { Frame } from '@typed-queue/contracts/wire';
import type { Appended, Head, ReadItem } from '../engine.js';

/** What became of an appended frame; how durable it is depends on the log's place alone. */
export type LogAppended = Omit<Appended, 'durability'>;

/** The log of one queue, in which each message stands once. */
export interface Log {
  /** See `Engine.append`. */
  append(frame: Frame): Promise<LogAppended>;
  head(): Head;
  /**
   * See `Engine.read`; the first frame may begin before the seq. What stood before the oldest seq that is kept is a
   * gap, like every other: `retention` as far as the log knows that it removed it, else `damage`.
   */
  read(fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]>;
  /** The seq of the first message stored at a time (ms since 1970) or later; behind the newest when there is none. */
  seqAtTime(time: number): Promise<number>;
  /** See `Engine.trim`. */
  trim(beforeSeq: number): Promise<void>;
  /** Called in the turn in which the head grows, before the appends are answered. */
  onCommit(listener: () => void): void;
  /** Why nothing can be appended at the moment; undefined when all is well. */
  trouble(): Error | undefined;
  /** Resolves when what was appended before is answered. */
  close(): Promise<void>;
}
