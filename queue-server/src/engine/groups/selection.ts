import type { Range } from '@typed-queue/contracts';
import { type Frame, pickFrame } from '@typed-queue/contracts/wire';
import { knowsEvent, type KnownEvents } from '../known-events.js';
import type { KeyClaimant, OrderingKeys } from '../group/ordering-keys.js';
import type { SliceLimits } from '../log/slice.js';
import { hasKeys } from './frame-keys.js';

/** Messages of one event. */
export interface EventRange {
  readonly event: string;
  readonly range: Range;
}

/** What a claim read, sorted by the tables of the frames; what is not listed was not examined. */
export interface Selection {
  /** For the member. */
  readonly frames: readonly Frame[];
  readonly ranges: readonly Range[];
  /** Of events that the group does not want. */
  readonly unwanted: readonly Range[];
  /** Their key is leased to another member, or has an earlier message that waits. */
  readonly blocked: readonly Range[];
  /** Of events that only other members know. */
  readonly awaited: readonly EventRange[];
  /** Of events that no member knows. */
  readonly passedOver: readonly EventRange[];
}

export interface SelectRules {
  readonly claimant: KeyClaimant;
  readonly keys: OrderingKeys;
  /** Whether a message waited for a member that knows its event: then any such member may claim its key. */
  readonly isAwaited: (seq: number) => boolean;
  /** The events that the group wants. Undefined: all. */
  readonly events: readonly string[] | undefined;
  /** The events that at least one member knows. */
  readonly known: KnownEvents;
  /** Of the member. The first message always fits. */
  readonly limits: SliceLimits;
}

type Verdict = 'wanted' | 'unwanted' | 'blocked' | 'awaited' | 'passed over';

/** Consecutive messages of the same verdict, by their indexes in a frame, both ends included. */
interface SelectionRun {
  readonly verdict: Verdict;
  /** Empty unless awaited or passed over. */
  readonly event: string;
  readonly from: number;
  to: number;
}

/**
 * Sorts messages by what becomes of them, and leases keys to the member as far as it may have them, until it has enough.
 * Frames of which it gets everything are not copied.
 */
export const select = (frames: readonly Frame[], rules: SelectRules): Selection => {
  const selector = new Selector(rules);
  const selected: Frame[] = [];
  const sorted: Record<Verdict, EventRange[]> = {
    wanted: [],
    unwanted: [],
    blocked: [],
    awaited: [],
    'passed over': [],
  };
  for (const frame of frames) {
    for (const { verdict, event, from, to } of selector.runsOf(frame)) {
      sorted[verdict].push({ event, range: [frame.firstSeq + from, frame.firstSeq + to] });
      if (verdict !== 'wanted') continue;
      selected.push(to - from + 1 === frame.count ? frame : pickFrame(frame, indexesOf(from, to)));
    }
    if (selector.full) break;
  }
  return {
    frames: selected,
    ranges: sorted.wanted.map(({ range }) => range),
    unwanted: sorted.unwanted.map(({ range }) => range),
    blocked: sorted.blocked.map(({ range }) => range),
    awaited: sorted.awaited,
    passedOver: sorted['passed over'],
  };
};

class Selector {
  readonly #rules: SelectRules;
  #messages = 0;
  #bytes = 0;
  /** A wanted message did not fit. */
  full = false;

  constructor(rules: SelectRules) {
    this.#rules = rules;
  }

  runsOf(frame: Frame): SelectionRun[] {
    const { events, claimant } = this.#rules;
    this.#bytes += frame.header.headerLength;
    // All events of most frames are wanted and known: no need to check those of their messages.
    const anyEvent = frame.header.events.every(
      (event) => (events?.includes(event) ?? true) && knowsEvent(claimant.knows ?? 'all', event),
    );
    if (anyEvent && !hasKeys(frame) && this.#takesWhole(frame)) {
      return [{ verdict: 'wanted', event: '', from: 0, to: frame.count - 1 }];
    }
    const runs: SelectionRun[] = [];
    for (let index = 0; index < frame.count; index++) {
      const verdict =
        (anyEvent ? undefined : this.#eventVerdict(frame, index)) ?? this.#verdictOf(frame, index);
      if (verdict === undefined) break;
      const event = verdict === 'awaited' || verdict === 'passed over' ? frame.event(index) : '';
      const last = runs.at(-1);
      if (last?.verdict === verdict && last.event === event) last.to = index;
      else runs.push({ verdict, event, from: index, to: index });
    }
    return runs;
  }

  /** A frame in which nothing has to be looked at: most are like that. */
  #takesWhole({ count, bytes, header }: Frame): boolean {
    const { maxMessages, maxBytes } = this.#rules.limits;
    const size = bytes.byteLength - header.headerLength;
    if (this.#messages + count > maxMessages || this.#bytes + size > maxBytes) return false;
    this.#messages += count;
    this.#bytes += size;
    return true;
  }

  /** Undefined: the member may have its event. */
  #eventVerdict(frame: Frame, index: number): Verdict | undefined {
    const { events, known, claimant, keys } = this.#rules;
    const event = frame.event(index);
    if (events !== undefined && !events.includes(event)) return 'unwanted';
    if (!knowsEvent(known, event)) return 'passed over';
    if (knowsEvent(claimant.knows ?? 'all', event)) return undefined;
    const hash = frame.keyHash(index);
    // Later messages of its key wait for it, whatever their events.
    if (hash !== 0) keys.learn(frame.firstSeq + index, hash);
    return 'awaited';
  }

  /** Undefined: the member has enough. */
  #verdictOf(frame: Frame, index: number): Verdict | undefined {
    const bytes = frame.size(index);
    if (!this.#fits(bytes)) {
      this.full = true;
      return undefined;
    }
    const hash = frame.keyHash(index);
    if (hash !== 0 && !this.#admits(frame.firstSeq + index, hash)) return 'blocked';
    this.#messages++;
    this.#bytes += bytes;
    return 'wanted';
  }

  #admits(seq: number, hash: number): boolean {
    const { claimant, keys, isAwaited } = this.#rules;
    return keys.admit(seq, hash, isAwaited(seq) ? { ...claimant, mayClaim: () => true } : claimant);
  }

  #fits(bytes: number): boolean {
    const { maxMessages, maxBytes } = this.#rules.limits;
    if (this.#messages === 0) return true;
    return this.#messages < maxMessages && this.#bytes + bytes <= maxBytes;
  }
}

const indexesOf = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
