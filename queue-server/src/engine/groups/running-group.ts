import type { DeadLetter, Range } from '@typed-queue/contracts';
import { EarliestTimer } from '../timers.js';
import type { Claim, ClaimResult, Returned, Settle, Settled } from '../claim.js';
import type { EngineEvents } from '../engine.js';
import type { Change } from '../group/change.js';
import { Burial } from './burial.js';
import { Claiming } from './claiming.js';
import type { DeadLetters } from './dead-letters.js';
import { GroupNotes } from './group-notes.js';
import { learnKeys } from './key-learning.js';
import type { LocalRules } from './local-options.js';
import type { Log } from '../log/log.js';
import type { GroupEntry } from './registry.js';
import type { GroupRecords } from './group-records.js';
import { PassingOver } from './passing-over.js';
import { RedrivenLog } from './redriven-log.js';
import { Redrives } from './redrives.js';

/** A stall ends at this fraction of the limit of unsettled messages. */
const RELIEVED = 0.9;

export interface RunningGroupParts {
  readonly queue: string;
  readonly group: string;
  readonly open: GroupEntry;
  readonly log: Log;
  readonly outcomes: GroupRecords;
  readonly deadLetters: DeadLetters;
  readonly rules: LocalRules;
  readonly nextToken: () => number;
  readonly events: Pick<EngineEvents, 'ready' | 'returned' | 'stalled' | 'deadLettered' | 'passedOver'>;
}

/** One group at work: its state over the log of its queue, in time, with every change written down. */
export class RunningGroup {
  readonly #parts: RunningGroupParts;
  readonly #state: GroupEntry['state'];
  readonly #alarm: EarliestTimer;
  readonly #burial: Burial;
  readonly #claiming: Claiming;
  readonly #notes: GroupNotes;
  readonly #redrives: Redrives;
  /** What is read for this group. */
  readonly #log: RedrivenLog;
  #learned: Promise<void> | undefined;
  #stopped = false;
  #stalled = false;

  constructor(parts: RunningGroupParts) {
    const { now, timers, onError } = parts.rules;
    const { state } = parts.open;
    this.#parts = parts;
    this.#state = state;
    this.#alarm = new EarliestTimer(() => this.#ring(), now, timers);
    this.#alarm.by(state.nextAlarm(now()));
    this.#notes = new GroupNotes({ ...parts, clocks: parts.rules, onError });
    this.#redrives = new Redrives({ ...parts, onError });
    this.#log = new RedrivenLog({ ...parts, redriven: parts.open.redriven, unknown: parts.open.unknown });
    const own = { ...parts, log: this.#log, redrives: this.#redrives };
    this.#burial = new Burial({ ...own, state, onBuried: (change) => this.#buried(change) });
    this.#claiming = new Claiming({
      ...{ ...own, notes: this.#notes, isOver: () => this.#stopped },
      skipped: (change) => this.#skipped(change),
      passingOver: new PassingOver({
        ...{ open: parts.open, notes: this.#notes, redrives: this.#redrives },
        onEvent: (...passed) => parts.events.passedOver(parts.queue, parts.group, ...passed),
      }),
      looked: (lastSeq) => this.#watchStall(lastSeq),
    });
    void this.#burial.bury();
  }

  get stalled(): boolean {
    return this.#stalled && this.#stalls(this.#parts.log.head().lastSeq);
  }

  /** Resolves when the dead letters are what the group made of them, or cannot be for now: whether they are. */
  async buried(): Promise<boolean> {
    await this.#burial.bury();
    return (await this.#redrives.done()) && !this.#burial.due;
  }

  /** Takes dead letters of this group back as pending messages. Resolves with their number when that is durable. */
  async redrive(letters: readonly DeadLetter[]): Promise<number> {
    const { queue, group, events } = this.#parts;
    const { redriven, durable } = this.#redrives.add(letters);
    events.ready(queue, group);
    await durable;
    return redriven;
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    await this.#learn();
    const claimed = await this.#claiming.claim(claim);
    const { now, leaseMs } = this.#parts.rules;
    if (typeof claimed !== 'string' && claimed.frames.length > 0) this.#alarm.by(now() + leaseMs);
    return claimed;
  }

  settle({ outcome, ...of }: Settle): Settled {
    const held = this.#state.holds(of.token, of.member);
    const { now, wallNow } = this.#parts.rules;
    const change = this.#state.settle({ outcome, ...of }, now(), wallNow());
    for (const { delivery } of change.changed) {
      if (delivery.kind === 'scheduled') this.#alarm.by(delivery.dueAt);
    }
    const { changed, lost, returned } = change;
    const settled = changed.map(({ from, to }): Range => [from, to]);
    const durable = outcome.kind === 'extend' ? Promise.resolve() : this.#settled(change);
    const given = changed.some(({ delivery }) => delivery.kind === 'condemned');
    return {
      held,
      settled,
      lost,
      returned,
      durable: given ? durable.then(() => this.#burial.bury()) : durable,
    };
  }

  resume(member: string, tokens: readonly number[]): readonly number[] {
    const now = this.#parts.rules.now();
    const kept = new Set(tokens);
    for (const { token } of this.#state.leases.filter((lease) => lease.member === member)) {
      const kind = kept.has(token) ? 'extend' : 'release';
      const change = this.#state.settle({ token, member, outcome: { kind } }, now);
      void this.#notes.write(change);
      this.#tell(change.returned);
    }
    return [...kept].filter((token) => this.#state.holds(token, member));
  }

  abandon(member: string): void {
    const { now, graceMs } = this.#parts.rules;
    const until = now() + graceMs;
    this.#state.abandon(member, until);
    this.#alarm.by(until);
  }

  async leave(member: string): Promise<void> {
    this.resume(member, []);
    await this.#parts.outcomes.durable();
  }

  /** Nothing more happens by itself, and what is held is void: its holders are told when asked for. */
  stop({ tell }: { readonly tell: boolean }): void {
    this.#stopped = true;
    this.#alarm.stop();
    this.#burial.stop();
    if (!tell) return;
    const ranges: readonly Range[] = [[this.#state.floor, this.#state.cursor - 1]];
    this.#tell(this.#state.leases.map(({ token, member }) => ({ token, member, ranges })));
  }

  #learn(): Promise<void> {
    return (this.#learned ??= learnKeys(this.#log, this.#state).catch((error: unknown) => {
      this.#learned = undefined;
      throw error;
    }));
  }

  /** Resolves when the outcome is durable, and the letters of redriven messages are gone. */
  #settled(change: Change): Promise<void> {
    const written = this.#notes.write(change);
    if (this.#parts.open.redriven.size === 0) return written;
    return Promise.all([written, this.#redrives.settled(change)]).then(() => undefined);
  }

  #skipped(change: Change): void {
    this.#redrives.passed(change);
    void this.#notes.write(change);
  }

  #buried(change: Change): void {
    const { queue, group, events } = this.#parts;
    void this.#notes.write(change);
    events.deadLettered(
      queue,
      group,
      change.changed.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    );
    // There is room for new messages, and a key may go on.
    events.ready(queue, group);
  }

  /** Reports a stall once: a group at its limit is full after each grant. */
  #watchStall(lastSeq: number): void {
    const { queue, group, events } = this.#parts;
    const stalled = this.#stalls(lastSeq);
    if (stalled && !this.#stalled) events.stalled(queue, group, this.#state.unsettled);
    this.#stalled = stalled;
  }

  #stalls(lastSeq: number): boolean {
    const { full, unsettled, cursor, policy } = this.#state;
    if (cursor > lastSeq) return false;
    return this.#stalled ? unsettled > policy.maxUnsettled * RELIEVED : full;
  }

  #tell(all: readonly Returned[]): void {
    const { queue, group, events } = this.#parts;
    for (const returned of all) events.returned(queue, group, returned);
  }

  #ring(): void {
    const { queue, group, events, rules } = this.#parts;
    for (const { lease, change } of this.#state.expire(rules.now(), rules.wallNow())) {
      const { token, member } = lease;
      void this.#notes.write(change);
      const ranges = change.changed.map(({ from, to }): Range => [from, to]);
      this.#tell([{ token, member, ranges, leaseEnded: true }, ...change.returned]);
    }
    void this.#burial.bury();
    this.#alarm.by(this.#state.nextAlarm(rules.now()));
    events.ready(queue, group);
  }
}
