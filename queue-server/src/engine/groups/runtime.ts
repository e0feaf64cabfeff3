import type { DeadLetter, Range } from '@typed-queue/contracts';
import type {
  Claim,
  Claimed,
  ClaimResult,
  ConnectionEnd,
  HeldLease,
  Returned,
  Settle,
  SettleResult,
} from '../claim.js';
import type { EngineEvents } from '../engine.js';
import type { Change } from '../group/change.js';
import type { Log } from '../log/log.js';
import { EarliestTimer } from '../earliest-timer.js';
import { checkOwned, type ClaimRight } from './claim-right.js';
import { Claiming } from './claiming.js';
import { DeadLetterCopying } from './dead-letter-copying.js';
import type { DeadLetters, LetterCounts } from './dead-letters.js';
import { recordChange, type GroupRecords, type RecordedChange, type RecordingDeps } from './group-records.js';
import { handled } from './handled.js';
import { learnKeys } from './key-learning.js';
import type { LocalRules } from '../local-options.js';
import { PatchedLog } from './patched-log.js';
import { Redrives } from './redrives.js';
import type { GroupEntry } from './group-entry.js';

/** A stall ends at this fraction of the limit of unsettled messages. */
const RELIEVED = 0.9;

export interface RuntimeDeps {
  readonly queue: string;
  /** @throws QueueError `closed` */
  readonly log: () => Log;
  readonly records: GroupRecords;
  readonly deadLetters: DeadLetters;
  readonly rules: LocalRules;
  readonly nextToken: () => number;
  readonly claimRight?: ClaimRight | undefined;
  /** Undefined when nobody listens. */
  readonly events: () => EngineEvents | undefined;
}

/** One group in operation: its state over the log of its queue, in time, with every change recorded. */
export class GroupRuntime {
  readonly #deps: RuntimeDeps;
  readonly #group: string;
  readonly #entry: GroupEntry;
  readonly #recording: RecordingDeps;
  readonly #timer: EarliestTimer;
  /** What is read for this group. */
  readonly #log: PatchedLog;
  readonly #redrives: Redrives;
  readonly #copying: DeadLetterCopying;
  readonly #claiming: Claiming;
  #keysLearned: Promise<void> | undefined;
  #stopped = false;
  #stalled = false;

  constructor(deps: RuntimeDeps, group: string, entry: GroupEntry) {
    const { queue, records, deadLetters, rules } = deps;
    this.#deps = deps;
    this.#group = group;
    this.#entry = entry;
    this.#timer = new EarliestTimer(() => this.#onTime(), rules.now, rules.after);
    this.#timer.by(entry.state.nextDue(rules.now()));
    this.#recording = { queue, group, records, rules };
    const { redriven, edited, unknown } = entry;
    this.#log = new PatchedLog({ log: deps.log(), redriven, edited, unknown, deadLetters });
    // Here and below without a spread: it would give the object of each group a hidden class of its own.
    this.#redrives = new Redrives({ queue, group, entry, deadLetters, records, rules });
    this.#copying = this.#newCopying();
    this.#claiming = this.#newClaiming();
    void this.#copying.run();
  }

  get stalled(): boolean {
    return this.#stalled && this.#isStalledAt(this.#log.head().lastSeq);
  }

  /** Tries to store all dead letters and to remove those of settled messages; resolves with whether that is done. */
  async storeDeadLetters(): Promise<boolean> {
    await this.#copying.run();
    return (await this.#redrives.done()) && !this.#copying.due;
  }

  /** Makes dead letters of this group pending messages. Resolves with their number when that is durable. */
  async redrive(letters: readonly DeadLetter[]): Promise<number> {
    const { redriven, durable } = this.#redrives.add(letters);
    this.#reportReady();
    await durable;
    return redriven;
  }

  /** Resolves when members may come back to the leases that they had before a restart. */
  async ready(): Promise<void> {
    if (this.#entry.state.leases.length > 0) await this.#learnKeys();
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    await this.#learnKeys();
    const claimed = await this.#claiming.claim(claim);
    if (typeof claimed === 'string' || claimed.frames.length === 0) return claimed;
    const { now, leaseMs } = this.#deps.rules;
    this.#timer.by(now() + leaseMs);
    const { mayLeave } = claimed;
    if (mayLeave === undefined) return claimed;
    return { ...claimed, mayLeave: mayLeave.then((isStored) => isStored && this.#leaves(claimed, claim)) };
  }

  /** The lease is stored: whether it is still the member's, whose time with it begins now. */
  #leaves({ token }: Claimed, { member }: Claim): boolean {
    const { state } = this.#entry;
    if (this.#isStopped() || !state.holds(token, member)) return false;
    state.sent(token, this.#deps.rules.now());
    return true;
  }

  settle(settle: Settle): SettleResult {
    const { state } = this.#entry;
    const { now, wallNow } = this.#deps.rules;
    if (settle.outcome.kind === 'extend') this.#checkOwned();
    const held = state.holds(settle.token, settle.member);
    const mayWait = settle.mayWait === true && !state.full;
    const change = state.settle(settle, now(), wallNow());
    const { changed, refused, returned } = change;
    for (const run of changed) {
      if (run.state.kind === 'scheduled') this.#timer.by(run.state.dueAt);
    }
    const accepted = changed.map(({ from, to }): Range => [from, to]);
    const { kind } = settle.outcome;
    const recorded = kind === 'extend' ? Promise.resolve() : this.#record({ mayWait, ...change });
    return { held, accepted, refused, returned, durable: handled(this.#whenDurable(recorded, change)) };
  }

  /** As `GroupHandle.resume`: extends the leases that are named, and releases the others. */
  resume(member: string, tokens: readonly number[]): readonly HeldLease[] {
    const { state } = this.#entry;
    if (tokens.length > 0) this.#checkOwned();
    const now = this.#deps.rules.now();
    const kept = new Set(tokens);
    for (const { token } of state.leases.filter((lease) => lease.member === member)) {
      const kind = kept.has(token) ? 'extend' : 'release';
      const change = state.settle({ token, member, outcome: { kind } }, now);
      void this.#record(change);
      this.#reportReturned(change.returned);
    }
    return state.leases
      .filter((lease) => lease.member === member)
      .map(({ token, unsettled: messages }) => ({ token, messages }));
  }

  abandon(member: string, end: ConnectionEnd): void {
    const { now, graceMs } = this.#deps.rules;
    const until = end === 'lost' ? now() + graceMs : Infinity;
    this.#entry.state.abandon(member, until, end === 'cut-off');
    if (until !== Infinity) this.#timer.by(until);
  }

  async leave(member: string): Promise<void> {
    // Keeps no lease: all are released.
    this.resume(member, []);
    await this.#deps.records.durable();
  }

  /** Messages may be handed out again: members had no way to extend their leases. */
  regained(): void {
    const { now, graceMs } = this.#deps.rules;
    this.#entry.state.postpone(now() + graceMs);
  }

  /** Nothing more happens by itself, and all leases are void; `revoke` reports that to their holders. */
  stop({ revoke }: { readonly revoke: boolean }): void {
    this.#stopped = true;
    this.#timer.stop();
    this.#copying.stop();
    if (!revoke) return;
    const { floor, cursor, leases } = this.#entry.state;
    const ranges: readonly Range[] = [[floor, cursor - 1]];
    this.#reportReturned(leases.map(({ token, member }) => ({ token, member, ranges })));
  }

  #newCopying(): DeadLetterCopying {
    const { queue, deadLetters, records, rules } = this.#deps;
    return new DeadLetterCopying({
      queue,
      group: this.#group,
      state: this.#entry.state,
      log: this.#log,
      deadLetters,
      records,
      redrives: this.#redrives,
      rules,
      onDeadLettered: (change, counts) => this.#onDeadLettered(change, counts),
    });
  }

  #newClaiming(): Claiming {
    const { queue, rules, nextToken, events } = this.#deps;
    return new Claiming({
      entry: this.#entry,
      log: this.#log,
      redrives: this.#redrives,
      rules,
      nextToken,
      record: (change) => this.#record(change),
      isStopped: () => this.#isStopped(),
      onPassedOver: (...passed) => events()?.passedOver(queue, this.#group, ...passed),
      onHeadRead: (lastSeq) => this.#watchStall(lastSeq),
    });
  }

  #isStopped(): boolean {
    return this.#stopped || this.#deps.claimRight?.isValid() === false;
  }

  #checkOwned(): void {
    checkOwned(this.#deps.claimRight, this.#deps.queue);
  }

  #learnKeys(): Promise<void> {
    return (this.#keysLearned ??= learnKeys(this.#log, this.#entry.state).catch((error: unknown) => {
      this.#keysLearned = undefined;
      throw error;
    }));
  }

  #record(change: RecordedChange): Promise<void> {
    return recordChange(this.#recording, change);
  }

  /** Resolves when a recorded outcome is durable, letters of redriven messages are removed, and those of dead ones stored. */
  #whenDurable(recorded: Promise<void>, change: Change): Promise<void> {
    const removed =
      this.#entry.redriven.size === 0
        ? recorded
        : Promise.all([recorded, this.#redrives.settled(change)]).then(() => undefined);
    const died = change.changed.some((run) => run.state.kind === 'dead');
    return died ? removed.then(() => this.#copying.run()) : removed;
  }

  #onDeadLettered(change: Change, counts: LetterCounts): void {
    void this.#record(change);
    this.#deps.events()?.deadLettered(this.#deps.queue, this.#group, counts);
    // There is room for new messages, and their keys are free.
    this.#reportReady();
  }

  /** Reports a stall once: a group at its limit is full after each grant. */
  #watchStall(lastSeq: number): void {
    const { queue, events } = this.#deps;
    const stalled = this.#isStalledAt(lastSeq);
    if (stalled && !this.#stalled) {
      const { unsettled, overtaken } = this.#entry.state;
      events()?.stalled(queue, this.#group, unsettled - overtaken);
    }
    this.#stalled = stalled;
  }

  #isStalledAt(lastSeq: number): boolean {
    const { state } = this.#entry;
    if (state.cursor > lastSeq) return false;
    if (!this.#stalled) return state.full;
    return state.unsettled - state.overtaken > state.policy.maxUnsettled * RELIEVED;
  }

  #reportReturned(all: readonly Returned[]): void {
    const { queue, events } = this.#deps;
    for (const returned of all) events()?.returned(queue, this.#group, returned);
  }

  #reportReady(): void {
    this.#deps.events()?.ready(this.#deps.queue, this.#group);
  }

  /** Ends leases that are over; retries that are due need no more than a claim. */
  #onTime(): void {
    const { state } = this.#entry;
    const { now, wallNow, graceMs } = this.#deps.rules;
    // Members could not extend them.
    if (this.#isStopped()) state.postpone(now() + graceMs);
    for (const { lease, change } of state.expire(now(), wallNow())) {
      const { token, member } = lease;
      void this.#record(change);
      const ranges = change.changed.map(({ from, to }): Range => [from, to]);
      this.#reportReturned([{ token, member, ranges, leaseEnded: true }, ...change.returned]);
    }
    void this.#copying.run();
    this.#timer.by(state.nextDue(now()));
    this.#reportReady();
  }
}
