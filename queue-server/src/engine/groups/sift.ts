import type { Range } from '@typed-queue/contracts';
import { pickFrame, type Frame } from '@typed-queue/contracts/wire';
import { knowsEvent, type KnownEvents } from '../group/known-events.js';
import type { KeyTaker, OrderingKeys } from '../group/ordering-keys.js';
import type { TakeLimits } from '../log/slice.js';

/** Messages of one event. */
export interface EventRange {
  readonly event: string;
  readonly range: Range;
}

/** What a claim read, sorted by what the tables of the frames say. What is not named was not looked at. */
export interface Sifted {
  /** What goes to the member. */
  readonly frames: readonly Frame[];
  readonly ranges: readonly Range[];
  /** Events that the group does not want. */
  readonly unwanted: readonly Range[];
  /** Messages whose key is another member's, or has an earlier message that waits. */
  readonly blocked: readonly Range[];
  /** Events that only other members know. */
  readonly awaited: readonly EventRange[];
  /** Events that no member knows. */
  readonly passedOver: readonly EventRange[];
}

export interface SiftRules {
  readonly taker: KeyTaker;
  readonly keys: OrderingKeys;
  /** Whether a message waited for a member that knows its event: then its key is for whoever knows it. */
  readonly isAwaited: (seq: number) => boolean;
  /** What the group wants. Undefined: all events. */
  readonly events: readonly string[] | undefined;
  /** What at least one member knows. */
  readonly known: KnownEvents;
  /** How much the member may have. The first message always fits. */
  readonly limits: TakeLimits;
}

type Verdict = 'wanted' | 'unwanted' | 'blocked' | 'awaited' | 'passed over';

/** Neighbours of the same verdict, by their places in a frame, both ends included. */
interface Stretch {
  readonly verdict: Verdict;
  /** Of what is awaited or passed over. */
  readonly event: string;
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
  const sorted: Record<Verdict, EventRange[]> = {
    ...{ wanted: [], unwanted: [], blocked: [], awaited: [] },
    'passed over': [],
  };
  for (const frame of frames) {
    for (const { verdict, event, from, to } of sieve.stretchesOf(frame)) {
      sorted[verdict].push({ event, range: [frame.firstSeq + from, frame.firstSeq + to] });
      if (verdict !== 'wanted') continue;
      wanted.push(to - from + 1 === frame.count ? frame : pickFrame(frame, placesOf(from, to)));
    }
    if (sieve.full) break;
  }
  return {
    frames: wanted,
    ranges: sorted.wanted.map(({ range }) => range),
    unwanted: sorted.unwanted.map(({ range }) => range),
    blocked: sorted.blocked.map(({ range }) => range),
    awaited: sorted.awaited,
    passedOver: sorted['passed over'],
  };
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
    const { events, taker } = this.#rules;
    const stretches: Stretch[] = [];
    this.#bytes += frame.header.headerLength;
    // Most frames have nothing but events that are wanted and known: then none of their messages is looked at for that.
    const anyEvent = frame.header.events.every(
      (event) => (events?.includes(event) ?? true) && knowsEvent(taker.knows ?? 'all', event),
    );
    for (let place = 0; place < frame.count; place++) {
      const verdict =
        (anyEvent ? undefined : this.#eventVerdict(frame, place)) ?? this.#verdictOf(frame, place);
      if (verdict === undefined) break;
      const event = verdict === 'awaited' || verdict === 'passed over' ? frame.event(place) : '';
      const last = stretches.at(-1);
      if (last?.verdict === verdict && last.event === event) last.to = place;
      else stretches.push({ verdict, event, from: place, to: place });
    }
    return stretches;
  }

  /** Undefined: the member may have its event. */
  #eventVerdict(frame: Frame, place: number): Verdict | undefined {
    const { events, known, taker, keys } = this.#rules;
    const event = frame.event(place);
    if (events !== undefined && !events.includes(event)) return 'unwanted';
    if (!knowsEvent(known, event)) return 'passed over';
    if (knowsEvent(taker.knows ?? 'all', event)) return undefined;
    const hash = frame.keyHash(place);
    // What is behind it waits for it, whoever knows the events of that.
    if (hash !== 0) keys.learn(frame.firstSeq + place, hash);
    return 'awaited';
  }

  /** Undefined: the member has enough. */
  #verdictOf(frame: Frame, place: number): Verdict | undefined {
    const bytes = frame.size(place);
    if (!this.#fits(bytes)) {
      this.full = true;
      return undefined;
    }
    const hash = frame.keyHash(place);
    if (hash !== 0 && !this.#admits(frame.firstSeq + place, hash)) return 'blocked';
    this.#messages++;
    this.#bytes += bytes;
    return 'wanted';
  }

  #admits(seq: number, hash: number): boolean {
    const { taker, keys, isAwaited } = this.#rules;
    return keys.admit(seq, hash, isAwaited(seq) ? { ...taker, takes: () => true } : taker);
  }

  #fits(bytes: number): boolean {
    const { maxMessages, maxBytes } = this.#rules.limits;
    if (this.#messages === 0) return true;
    return this.#messages < maxMessages && this.#bytes + bytes <= maxBytes;
  }
}

const placesOf = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
