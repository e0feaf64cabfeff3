import { QueueError, type Gap } from '@typed-queue/contracts';
import type { Claim, Claimed, ClaimResult } from '../claim.js';
import type { Candidates } from '../group/candidates.js';
import type { Change } from '../group/change.js';
import { attemptOf } from '../group/message-state.js';
import type { KeyClaimant } from '../group/ordering-keys.js';
import { countOf, type Run } from '../group/state-runs.js';
import type { Log } from '../log/log.js';
import { readSlice, type LogSlice, type SliceLimits } from '../log/slice.js';
import type { LocalRules } from '../local-options.js';
import type { RecordedChange } from './group-records.js';
import type { Redrives } from './redrives.js';
import type { GroupEntry } from './group-entry.js';
import { LookAhead } from './look-ahead.js';
import { select, type EventRange, type Selection } from './selection.js';

export interface ClaimingDeps {
  readonly entry: GroupEntry;
  readonly log: Pick<Log, 'head' | 'read'>;
  readonly redrives: Pick<Redrives, 'skipped'>;
  readonly rules: Pick<LocalRules, 'now' | 'keepsLeases'>;
  readonly nextToken: () => number;
  readonly record: (change: RecordedChange) => Promise<void>;
  /** Nothing may be claimed: the group has stopped, or the engine may not. Checked after every await. */
  readonly isStopped: () => boolean;
  /** Called once for each event that no member knows. */
  readonly onPassedOver: (event: string, firstSeq: number) => void;
  /** Called with the last seq of the log as a claim saw it: a full group stalls only when there is more to claim. */
  readonly onHeadRead: (lastSeq: number) => void;
}

/** How much of the log one step reads at most. */
const STEP: SliceLimits = { maxMessages: 1_024, maxBytes: 1024 * 1024 };

/** Finds the next messages for a member, and moves the group past messages that are for nobody. */
export class Claiming {
  readonly #deps: ClaimingDeps;
  readonly #lookAhead: LookAhead;

  constructor(deps: ClaimingDeps) {
    this.#deps = deps;
    this.#lookAhead = new LookAhead({ log: deps.log, state: deps.entry.state });
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    const { entry, log, rules } = this.#deps;
    const claimant = claimantOf(claim);
    if (claim.known !== undefined) this.#passOver(entry.state.unknownTo(claim.known));
    entry.state.unblock(claimant, STEP.maxMessages, rules.now());
    for (;;) {
      if (this.#isPaused()) return 'nothing';
      const { priorities } = entry.state;
      if (priorities !== undefined) await this.#lookAhead.advance(priorities);
      const wanted = this.#candidates(claim);
      const slice = await readSlice(log, wanted.ranges, this.#stepLimits(claim));
      if (this.#isPaused()) return 'nothing';
      if (slice.frames.length === 0 && slice.gaps.length === 0) {
        if (priorities !== undefined && !this.#lookAhead.isDone(priorities)) continue;
        return this.#emptyResult();
      }
      const { isolated, onePerKey, overtaking } = wanted;
      const mayClaim = isolated ? () => true : claimant.mayClaim;
      const found = this.#step(claim, { onePerKey, ...claimant, mayClaim }, slice, overtaking);
      if (found !== undefined) return found;
      // Only keys of other members, blocked now: what follows them may be for this member.
    }
  }

  #isPaused(): boolean {
    return this.#deps.isStopped() || this.#deps.entry.paused;
  }

  /** Where messages have keys or unwanted events, most of them may not be for this member, whatever its limits. */
  #stepLimits({ maxMessages, maxBytes }: Claim): SliceLimits {
    const { state, settings } = this.#deps.entry;
    if (!state.keys.empty || settings.events !== undefined) return STEP;
    return {
      maxMessages: Math.min(maxMessages, STEP.maxMessages),
      maxBytes: Math.min(maxBytes, STEP.maxBytes),
    };
  }

  #candidates(claim: Claim): Candidates {
    const { entry, log, rules, onHeadRead } = this.#deps;
    const { lastSeq } = log.head();
    const wanted = entry.state.candidates(claim, lastSeq, rules.now(), STEP.maxMessages);
    onHeadRead(lastSeq);
    return wanted;
  }

  #emptyResult(): ClaimResult {
    const { entry, log, rules } = this.#deps;
    return entry.state.hasReady(log.head().lastSeq, rules.now()) ? 'for others' : 'nothing';
  }

  /** Moves the group past a slice; undefined when nothing of it moved. */
  #step(
    claim: Claim,
    claimant: KeyClaimant,
    { frames, gaps }: LogSlice,
    overtaking: boolean,
  ): Claimed | undefined {
    const { rules, entry } = this.#deps;
    const { state } = entry;
    const { cursor } = state;
    const selection = select(frames, {
      claimant,
      events: entry.settings.events,
      limits: claim,
      known: claim.known ?? 'all',
      keys: state.keys,
      isAwaited: (seq) => state.isAwaited(seq),
    });
    const skipped = gaps.flatMap((gap) => this.#skipGap(gap));
    for (const range of selection.unwanted) this.#skipped(state.skip(range));
    for (const range of selection.blocked) state.block(range, rules.now());
    for (const { range, event } of selection.awaited) state.blockForEvent(range, event, rules.now());
    this.#passOver(selection.passedOver);
    const { ranges, unwanted, passedOver } = selection;
    const moved = skipped.length + ranges.length + unwanted.length + passedOver.length > 0;
    return moved || state.cursor > cursor ? this.#lease(claim, skipped, selection, overtaking) : undefined;
  }

  /** The parts of a gap that are new to the group, and not leased. */
  #skipGap({ from, to, reason }: Gap): Gap[] {
    const change = this.#deps.entry.state.skip([from, to]);
    this.#skipped(change);
    const gaps: Gap[] = [];
    for (const run of change.changed) {
      const last = gaps.at(-1);
      if (last !== undefined && last.to + 1 === run.from) gaps[gaps.length - 1] = { ...last, to: run.to };
      else gaps.push({ from: run.from, to: run.to, reason });
    }
    return gaps;
  }

  #skipped(change: Change): void {
    this.#deps.redrives.skipped(change);
    void this.#deps.record(change);
  }

  /** Skips messages of events that no member knows, and counts them. */
  #passOver(ranges: readonly EventRange[]): void {
    const { entry, redrives, record, onPassedOver } = this.#deps;
    for (const { event, range } of ranges) {
      const change = entry.state.skip(range);
      const [first] = change.changed;
      if (first === undefined) continue;
      const before = entry.passedOver.get(event);
      const firstSeq = Math.min(before?.firstSeq ?? Infinity, first.from);
      const total = { event, firstSeq, count: (before?.count ?? 0) + countOf(change.changed) };
      entry.passedOver.set(event, total);
      redrives.skipped(change);
      void record({ passedOver: [total], ...change });
      if (before === undefined) onPassedOver(event, firstSeq);
    }
  }

  #lease(claim: Claim, gaps: readonly Gap[], { frames, ranges }: Selection, overtaking: boolean): Claimed {
    const { entry, rules, nextToken, record } = this.#deps;
    const token = nextToken();
    if (ranges.length === 0) return { token, frames, attempts: [], gaps };
    const { member, concurrency = Infinity } = claim;
    const lease = { token, member, concurrency };
    const claimed = entry.state.claim(ranges, { excused: rules.keepsLeases, ...lease }, rules.now());
    entry.state.priorities?.handedOut(ranges, overtaking);
    const stored = record({ changed: claimed, failures: [], lease, mayWait: !rules.keepsLeases });
    const granted = { token, frames, attempts: attemptsOf(claimed), gaps };
    // Otherwise not awaited: a crash that loses it loses a delivery count.
    return rules.keepsLeases ? { mayLeave: stored.then(() => true, isForWantOfRoom), ...granted } : granted;
  }
}

/** Where there is no room for leases the server still delivers what it has: the next snapshot stores them. */
const isForWantOfRoom = (error: unknown): boolean =>
  error instanceof QueueError && error.code === 'storage_full';

/** Keys are distributed by their hashes among the members that have room. */
const claimantOf = ({ member, members = [member], knows }: Claim): Omit<KeyClaimant, 'onePerKey'> => {
  let share: { readonly of: number; readonly index: number } | undefined;
  return {
    member,
    knows,
    mayClaim: (hash) => {
      // Sorted only when there are keys at all.
      share ??= { of: members.length, index: [...members].sort().indexOf(member) };
      return hash % share.of === share.index;
    },
  };
};

const attemptsOf = (claimed: readonly Run[]): Claimed['attempts'] =>
  claimed
    .filter(({ state }) => attemptOf(state) > 1)
    .map(({ from, to, state }) => [from, to, attemptOf(state)]);
