import type { Frame } from '@typed-queue/contracts';
import type { Appended, Head, ReadItem } from '../engine.js';

/** The log of one queue, in which each message stands once. */
export interface Log {
  /** See `Engine.append`. */
  append(frame: Frame): Promise<Appended>;
  head(): Head;
  /** See `Engine.read`; the first frame may begin before the seq. */
  read(fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]>;
  /** Called in the turn in which the head grows, before the appends are answered. */
  onCommit(listener: () => void): void;
  /** Why nothing can be appended at the moment; undefined when all is well. */
  trouble(): Error | undefined;
  /** Resolves when what was appended before is answered. */
  close(): Promise<void>;
}
