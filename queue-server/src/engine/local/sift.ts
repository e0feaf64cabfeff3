import { pickFrame, type Frame, type Range } from '@typed-queue/contracts';
import type { KeyTaker, OrderingKeys } from '../group/ordering-keys.js';

/** What a claim read, sorted by what the tables of the frames say. */
export interface Sifted {
  /** What may go to the member. */
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
}

type Verdict = 'wanted' | 'unwanted' | 'blocked';

/** Sorts messages by whether they may go to a member. Frames that may go whole are not copied. */
export const sift = (frames: readonly Frame[], rules: SiftRules): Sifted => {
  const wanted: Frame[] = [];
  const ranges: Record<Verdict, Range[]> = { wanted: [], unwanted: [], blocked: [] };
  for (const frame of frames) {
    for (const { verdict, from, to } of verdictsOf(frame, rules)) {
      ranges[verdict].push([frame.firstSeq + from, frame.firstSeq + to]);
      if (verdict !== 'wanted') continue;
      wanted.push(to - from + 1 === frame.count ? frame : pickFrame(frame, placesOf(from, to)));
    }
  }
  return { frames: wanted, ranges: ranges.wanted, unwanted: ranges.unwanted, blocked: ranges.blocked };
};

interface Stretch {
  readonly verdict: Verdict;
  readonly from: number;
  to: number;
}

/** Neighbours of the same verdict, by their places in the frame, both ends included. */
const verdictsOf = (frame: Frame, rules: SiftRules): Stretch[] => {
  const stretches: Stretch[] = [];
  for (let place = 0; place < frame.count; place++) {
    const verdict = verdictOf(frame, place, rules);
    const last = stretches.at(-1);
    if (last?.verdict === verdict) last.to = place;
    else stretches.push({ verdict, from: place, to: place });
  }
  return stretches;
};

const verdictOf = (frame: Frame, place: number, { taker, keys, events }: SiftRules): Verdict => {
  if (events !== undefined && !events.includes(frame.event(place))) return 'unwanted';
  const hash = frame.keyHash(place);
  return hash === 0 || keys.admit(frame.firstSeq + place, hash, taker) ? 'wanted' : 'blocked';
};

const placesOf = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
