import { pickFrame, type Frame, type Range } from '@typed-queue/contracts';
import type { KeyTaker, OrderingKeys } from '../group/ordering-keys.js';
import type { TakeLimits } from '../take.js';

/** What a claim read, sorted by what the tables of the frames say. What is not named was not looked at. */
export interface Sifted {
  /** What goes to the member. */
  readonly frames: readonly Frame[];
  readonly ranges: readonly Range[];
  /** Events that the group does not want. */
  readonly unwanted: readonly Range[];
  /** Messages whose key is another member's, or has an earlier message that waits. */
  readonly blocked: readonly Range[];
}

export interface SiftRules {
  readonly taker: KeyTaker;
  readonly keys: OrderingKeys;
  /** Undefined: all. */
  readonly events: readonly string[] | undefined;
  /** How much the member may have. The first message always fits. */
  readonly limits: TakeLimits;
}

type Verdict = 'wanted' | 'unwanted' | 'blocked';

/** Neighbours of the same verdict, by their places in a frame, both ends included. */
interface Stretch {
  readonly verdict: Verdict;
  readonly from: number;
  to: number;
}

/**
 * Hands keys to the member as far as it may have them, and sorts messages by what becomes of them, until the member
 * has enough. Frames that go whole are not copied.
 */
export const sift = (frames: readonly Frame[], rules: SiftRules): Sifted => {
  const sieve = new Sieve(rules);
  const wanted: Frame[] = [];
  const ranges: Record<Verdict, Range[]> = { wanted: [], unwanted: [], blocked: [] };
  for (const frame of frames) {
    for (const { verdict, from, to } of sieve.stretchesOf(frame)) {
      ranges[verdict].push([frame.firstSeq + from, frame.firstSeq + to]);
      if (verdict !== 'wanted') continue;
      wanted.push(to - from + 1 === frame.count ? frame : pickFrame(frame, placesOf(from, to)));
    }
    if (sieve.full) break;
  }
  return { frames: wanted, ranges: ranges.wanted, unwanted: ranges.unwanted, blocked: ranges.blocked };
};

class Sieve {
  readonly #rules: SiftRules;
  #messages = 0;
  #bytes = 0;
  /** The next message that is wanted does not fit any more. */
  full = false;

  constructor(rules: SiftRules) {
    this.#rules = rules;
  }

  stretchesOf(frame: Frame): Stretch[] {
    const stretches: Stretch[] = [];
    this.#bytes += frame.header.headerLength;
    for (let place = 0; place < frame.count; place++) {
      const verdict = this.#verdictOf(frame, place);
      if (verdict === undefined) break;
      const last = stretches.at(-1);
      if (last?.verdict === verdict) last.to = place;
      else stretches.push({ verdict, from: place, to: place });
    }
    return stretches;
  }

  /** Undefined: the member has enough. */
  #verdictOf(frame: Frame, place: number): Verdict | undefined {
    const { taker, keys, events } = this.#rules;
    if (events !== undefined && !events.includes(frame.event(place))) return 'unwanted';
    const bytes = frame.size(place);
    if (!this.#fits(bytes)) {
      this.full = true;
      return undefined;
    }
    const hash = frame.keyHash(place);
    if (hash !== 0 && !keys.admit(frame.firstSeq + place, hash, taker)) return 'blocked';
    this.#messages++;
    this.#bytes += bytes;
    return 'wanted';
  }

  #fits(bytes: number): boolean {
    const { maxMessages, maxBytes } = this.#rules.limits;
    if (this.#messages === 0) return true;
    return this.#messages < maxMessages && this.#bytes + bytes <= maxBytes;
  }
}

const placesOf = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
