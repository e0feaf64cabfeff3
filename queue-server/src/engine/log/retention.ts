import type { After } from '@typed-queue/contracts/wire';
import { MINUTE, SECOND, type Retention } from '@typed-queue/contracts';
import { EarliestTimer } from '../earliest-timer.js';

/** A part of a log that is removed as a whole. Only the last one grows. */
export interface LogSegment {
  readonly firstSeq: number;
  readonly messages: number;
  readonly bytes: number;
  /** When it was begun, in ms since 1970: no message of an older segment is later. Infinity when unknown. */
  readonly begun: number;
}

/** A log that can remove its oldest segments. */
export interface SegmentedLog {
  /** The oldest first. */
  segments(): readonly LogSegment[];
  /** Begins a new segment. */
  roll(): Promise<void>;
  /** Removes the segments, but the last, that hold only messages before a seq. */
  dropBefore(seq: number): Promise<void>;
  /** Why no segment can be begun at the moment. */
  fault(): Error | undefined;
}

export interface RetentionRules {
  readonly retention: Retention;
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number;
  /** Milliseconds since 1970, as messages have them. Default: `now`. */
  readonly wallNow?: () => number;
  readonly after: After;
  /** Called with failures to remove; they are retried. */
  readonly onError: (error: unknown) => void;
}

/** Removes the segments of a log that are past the bounds of its queue. A queue without bounds keeps everything. */
export class LogRetention {
  readonly #log: SegmentedLog;
  readonly #rules: RetentionRules;
  readonly #timer: EarliestTimer;
  #running: Promise<void> | undefined;
  /** Asked for during a run. */
  #again = false;
  #stopped: boolean;

  constructor(log: SegmentedLog, rules: RetentionRules) {
    this.#log = log;
    this.#rules = rules;
    this.#timer = new EarliestTimer(() => this.check(), rules.now, rules.after);
    this.#stopped = !isBounded(rules.retention);
    this.#wait();
  }

  /** Checks now, and then at intervals. */
  check(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is being removed any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#isStopped()) {
      this.#again = false;
      try {
        await this.#remove();
      } catch (error) {
        // A log that was closed in the meantime refuses.
        if (!this.#isStopped()) this.#rules.onError(error);
      }
    }
    this.#running = undefined;
    this.#wait();
  }

  async #remove(): Promise<void> {
    const log = this.#log;
    const { retention, now, wallNow = now } = this.#rules;
    const isDue = isRollDue(log.segments().at(-1), retention, wallNow());
    // A full disk has no room for a new segment, and needs old ones removed.
    if (isDue && log.fault() === undefined) await log.roll();
    await log.dropBefore(firstKept(log.segments(), retention, wallNow()));
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  #wait(): void {
    if (!this.#isStopped()) this.#timer.by(this.#rules.now() + checkEveryMs(this.#rules.retention));
  }
}

/** A segment grows to this part of the bounds: a queue holds at most that much more than they allow. */
const PART = 1 / 8;

const isBounded = ({ maxAgeMs, maxBytes, maxMessages }: Retention): boolean =>
  [maxAgeMs, maxBytes, maxMessages].some((bound) => bound !== undefined);

/**
 * The seq before which segments may be removed: those of which all messages are older than `maxAgeMs`, or whose
 * successors have `maxBytes`, or `maxMessages`. The last one stays.
 */
export const firstKept = (segments: readonly LogSegment[], retention: Retention, now: number): number => {
  const { maxAgeMs = Infinity, maxBytes = Infinity, maxMessages = Infinity } = retention;
  let [bytes, messages, begun] = [0, 0, Infinity];
  let firstSeq = segments.at(-1)?.firstSeq ?? 0;
  for (const segment of segments.toReversed()) {
    // The sums are of the successors of this segment.
    if (messages >= maxMessages || bytes >= maxBytes || now - begun > maxAgeMs) return firstSeq;
    firstSeq = segment.firstSeq;
    bytes += segment.bytes;
    messages += segment.messages;
    begun = Math.min(begun, segment.begun);
  }
  return firstSeq;
};

/** Whether the last segment has grown to its part of a bound. An empty one has not. */
export const isRollDue = (last: LogSegment | undefined, retention: Retention, now: number): boolean => {
  if (last === undefined || last.messages === 0) return false;
  const { maxAgeMs = Infinity, maxBytes = Infinity, maxMessages = Infinity } = retention;
  return (
    now - last.begun >= maxAgeMs * PART ||
    last.bytes >= maxBytes * PART ||
    last.messages >= maxMessages * PART
  );
};

/** The size at which a segment is rolled: a part of what the queue keeps, within limits. */
export const segmentBytes = ({ maxBytes = Infinity }: Retention, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.floor(maxBytes * PART)));

/** How often to check, in milliseconds. */
export const checkEveryMs = ({ maxAgeMs = Infinity }: Retention): number =>
  Math.min(MINUTE, Math.max(SECOND, maxAgeMs * PART));
