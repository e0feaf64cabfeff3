import type { Gap } from '@typed-queue/contracts';
import type { Claim, Claimed, ClaimResult } from '../claim.js';
import type { Candidates } from '../group/candidates.js';
import type { Change } from '../group/change.js';
import type { Run } from '../group/delivery-runs.js';
import { attemptOf } from '../group/delivery.js';
import type { Group } from '../group/group.js';
import type { KeyTaker } from '../group/ordering-keys.js';
import { takeAll, type Taken, type TakeLimits } from '../log/slice.js';
import type { GroupNotes } from './group-notes.js';
import type { LocalRules } from './local-options.js';
import type { Log } from '../log/log.js';
import type { GroupEntry } from './registry.js';
import type { PassingOver } from './passing-over.js';
import { sift, type Sifted } from './sift.js';

export interface ClaimingParts {
  readonly open: GroupEntry;
  readonly log: Pick<Log, 'head' | 'read'>;
  readonly notes: GroupNotes;
  readonly passingOver: PassingOver;
  readonly rules: Pick<LocalRules, 'now'>;
  readonly nextToken: () => number;
  /** Nothing may be handed out any more; asked after everything that is awaited. */
  readonly isOver: () => boolean;
  /** Writes down that messages were passed over: nobody handled them. */
  readonly skipped: (change: Change) => void;
  /** Told where the log ended when something was looked for. */
  readonly looked: (lastSeq: number) => void;
}

/** So much of the log is looked at in one step, however little the member may have: most may not be for it. */
const LOOKED_AT: TakeLimits = { maxMessages: 1_024, maxBytes: 1024 * 1024 };

/** Finds what goes to a member next, and moves the group over what is for nobody. */
export class Claiming {
  readonly #parts: ClaimingParts;
  readonly #state: Group;

  constructor(parts: ClaimingParts) {
    this.#parts = parts;
    this.#state = parts.open.state;
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    const { rules, passingOver } = this.#parts;
    const taker = takerOf(claim);
    if (claim.known !== undefined) passingOver.add(this.#state.unknownTo(claim.known));
    this.#state.free(taker, LOOKED_AT.maxMessages, rules.now());
    for (;;) {
      if (this.#isHeld()) return 'nothing';
      const wanted = this.#candidates(claim);
      const taken = await takeAll(this.#parts.log, wanted.ranges, LOOKED_AT);
      if (this.#isHeld()) return 'nothing';
      if (taken.frames.length === 0 && taken.gaps.length === 0) return this.#nothing();
      const { alone, onePerKey } = wanted;
      const found = this.#pass(claim, { ...taker, onePerKey, ...(alone && { takes: () => true }) }, taken);
      if (found !== undefined) return found;
      // Nothing but keys of others, set aside: what is behind them may be for this member.
    }
  }

  #isHeld(): boolean {
    return this.#parts.isOver() || this.#parts.open.paused;
  }

  #candidates(claim: Claim): Candidates {
    const { log, rules, looked } = this.#parts;
    const { lastSeq } = log.head();
    const wanted = this.#state.candidates(claim, lastSeq, rules.now(), LOOKED_AT.maxMessages);
    looked(lastSeq);
    return wanted;
  }

  #nothing(): ClaimResult {
    const { log, rules } = this.#parts;
    return this.#state.hasReady(log.head().lastSeq, rules.now()) ? 'for others' : 'nothing';
  }

  /** Moves the group over what was read; undefined when it came no further. */
  #pass(claim: Claim, taker: KeyTaker, taken: Taken): Claimed | undefined {
    const { rules, passingOver, skipped } = this.#parts;
    const { cursor } = this.#state;
    const sifted = this.#sift(claim, taker, taken);
    const gaps = taken.gaps.flatMap((gap) => this.#skipGap(gap));
    for (const range of sifted.unwanted) skipped(this.#state.skip(range));
    for (const range of sifted.blocked) this.#state.block(range, rules.now());
    for (const { range, event } of sifted.awaited) this.#state.await(range, event, rules.now());
    passingOver.add(sifted.passedOver);
    const passed = gaps.length + sifted.ranges.length + sifted.unwanted.length + sifted.passedOver.length;
    const further = passed > 0 || this.#state.cursor > cursor;
    return further ? this.#hand(claim, gaps, sifted) : undefined;
  }

  #sift(claim: Claim, taker: KeyTaker, { frames }: Taken): Sifted {
    const { events } = this.#parts.open.settings;
    return sift(frames, {
      ...{ taker, events, limits: claim, known: claim.known ?? 'all', keys: this.#state.keys },
      isAwaited: (seq) => this.#state.isAwaited(seq),
    });
  }

  /** What of a gap the group had not met before, and nobody holds. */
  #skipGap({ from, to, reason }: Gap): Gap[] {
    const change = this.#state.skip([from, to]);
    this.#parts.skipped(change);
    const gaps: Gap[] = [];
    for (const run of change.changed) {
      const last = gaps.at(-1);
      if (last !== undefined && last.to + 1 === run.from) gaps[gaps.length - 1] = { ...last, to: run.to };
      else gaps.push({ from: run.from, to: run.to, reason });
    }
    return gaps;
  }

  #hand(claim: Claim, gaps: readonly Gap[], { frames, ranges }: Sifted): Claimed {
    const token = this.#parts.nextToken();
    if (ranges.length === 0) return { token, frames, attempts: [], gaps };
    const { member, concurrency } = claim;
    const claimed = this.#state.claim(ranges, { token, member, concurrency }, this.#parts.rules.now());
    // Only written: losing it at a crash costs a count.
    void this.#parts.notes.write({ changed: claimed, failures: [] });
    return { token, frames, attempts: attemptsOf(claimed), gaps };
  }
}

/** Keys are shared by their hashes: each member that has room has as many of them to take. */
const takerOf = ({ member, members = [member], knows }: Claim): KeyTaker => {
  let share: { readonly of: number; readonly place: number } | undefined;
  return {
    ...{ member, knows },
    takes: (hash) => {
      // Sorted only when there are keys at all.
      share ??= { of: members.length, place: [...members].sort().indexOf(member) };
      return hash % share.of === share.place;
    },
  };
};

const attemptsOf = (claimed: readonly Run[]): Claimed['attempts'] =>
  claimed
    .filter(({ delivery }) => attemptOf(delivery) > 1)
    .map(({ from, to, delivery }) => [from, to, attemptOf(delivery)]);
