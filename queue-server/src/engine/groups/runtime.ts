import type { DeadLetter, Range } from '@typed-queue/contracts';
import { EarliestTimer } from '../timers.js';
import type { Claim, ClaimResult, Returned, Settle, Settled } from '../claim.js';
import type { EngineEvents } from '../engine.js';
import type { Change } from '../group/change.js';
import { countOf } from '../group/holdings.js';
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

export interface RuntimeDeps {
  readonly queue: string;
  /** @throws QueueError `closed` */
  readonly log: () => Log;
  readonly records: GroupRecords;
  readonly deadLetters: DeadLetters;
  readonly rules: LocalRules;
  readonly nextToken: () => number;
  /** Undefined when nobody listens. */
  readonly events: () => EngineEvents | undefined;
}

/** One group in operation: its state over the log of its queue, in time, with every change recorded. */
export class GroupRuntime {
  readonly #deps: RuntimeDeps;
  readonly #group: string;
  readonly #entry: GroupEntry;
  readonly #state: GroupEntry['state'];
  readonly #timer: EarliestTimer;
  readonly #burial: Burial;
  readonly #claiming: Claiming;
  readonly #notes: GroupNotes;
  readonly #redrives: Redrives;
  /** What is read for this group. */
  readonly #log: RedrivenLog;
  #learned: Promise<void> | undefined;
  #stopped = false;
  #stalled = false;

  constructor(deps: RuntimeDeps, group: string, entry: GroupEntry) {
    const { queue, records, deadLetters, rules, nextToken, events } = deps;
    const { now, timers, onError } = rules;
    this.#deps = deps;
    this.#group = group;
    this.#entry = entry;
    const state = (this.#state = entry.state);
    this.#timer = new EarliestTimer(() => this.#ring(), now, timers);
    this.#timer.by(state.nextAlarm(now()));
    const of = { queue, group, deadLetters, outcomes: records, onError };
    this.#notes = new GroupNotes({ ...of, clocks: rules });
    this.#redrives = new Redrives({ ...of, open: entry });
    this.#log = new RedrivenLog({ ...of, log: deps.log(), redriven: entry.redriven, unknown: entry.unknown });
    const own = { ...of, open: entry, log: this.#log, redrives: this.#redrives, rules, nextToken };
    this.#burial = new Burial({ ...own, state, onBuried: (change) => this.#buried(change) });
    this.#claiming = new Claiming({
      ...own,
      notes: this.#notes,
      isOver: () => this.#stopped,
      skipped: (change) => this.#skipped(change),
      passingOver: new PassingOver({
        open: entry,
        notes: this.#notes,
        redrives: this.#redrives,
        onEvent: (...passed) => events()?.passedOver(queue, group, ...passed),
      }),
      looked: (lastSeq) => this.#watchStall(lastSeq),
    });
    void this.#burial.bury();
  }

  get stalled(): boolean {
    return this.#stalled && this.#stalls(this.#log.head().lastSeq);
  }

  /** Resolves when the dead letters are what the group made of them, or cannot be for now: whether they are. */
  async deadLettered(): Promise<boolean> {
    await this.#burial.bury();
    return (await this.#redrives.done()) && !this.#burial.due;
  }

  /** Takes dead letters of this group back as pending messages. Resolves with their number when that is durable. */
  async redrive(letters: readonly DeadLetter[]): Promise<number> {
    const { redriven, durable } = this.#redrives.add(letters);
    this.#reportReady();
    await durable;
    return redriven;
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    await this.#learn();
    const claimed = await this.#claiming.claim(claim);
    const { now, leaseMs } = this.#deps.rules;
    if (typeof claimed !== 'string' && claimed.frames.length > 0) this.#timer.by(now() + leaseMs);
    return claimed;
  }

  settle({ outcome, ...of }: Settle): Settled {
    const held = this.#state.holds(of.token, of.member);
    const { now, wallNow } = this.#deps.rules;
    const change = this.#state.settle({ outcome, ...of }, now(), wallNow());
    for (const { delivery } of change.changed) {
      if (delivery.kind === 'scheduled') this.#timer.by(delivery.dueAt);
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
    const now = this.#deps.rules.now();
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
    const { now, graceMs } = this.#deps.rules;
    const until = now() + graceMs;
    this.#state.abandon(member, until);
    this.#timer.by(until);
  }

  async leave(member: string): Promise<void> {
    this.resume(member, []);
    await this.#deps.records.durable();
  }

  /** Nothing more happens by itself, and what is held is void: its holders are told when asked for. */
  stop({ revoke }: { readonly revoke: boolean }): void {
    this.#stopped = true;
    this.#timer.stop();
    this.#burial.stop();
    if (!revoke) return;
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
    if (this.#entry.redriven.size === 0) return written;
    return Promise.all([written, this.#redrives.settled(change)]).then(() => undefined);
  }

  #skipped(change: Change): void {
    this.#redrives.passed(change);
    void this.#notes.write(change);
  }

  #buried(change: Change): void {
    void this.#notes.write(change);
    this.#deps.events()?.deadLettered(this.#deps.queue, this.#group, countOf(change.changed));
    // There is room for new messages, and a key may go on.
    this.#reportReady();
  }

  /** Reports a stall once: a group at its limit is full after each grant. */
  #watchStall(lastSeq: number): void {
    const stalled = this.#stalls(lastSeq);
    if (stalled && !this.#stalled) {
      this.#deps.events()?.stalled(this.#deps.queue, this.#group, this.#state.unsettled);
    }
    this.#stalled = stalled;
  }

  #stalls(lastSeq: number): boolean {
    const { full, unsettled, cursor, policy } = this.#state;
    if (cursor > lastSeq) return false;
    return this.#stalled ? unsettled > policy.maxUnsettled * RELIEVED : full;
  }

  #tell(all: readonly Returned[]): void {
    const { queue, events } = this.#deps;
    for (const returned of all) events()?.returned(queue, this.#group, returned);
  }

  #reportReady(): void {
    this.#deps.events()?.ready(this.#deps.queue, this.#group);
  }

  #ring(): void {
    const { rules } = this.#deps;
    for (const { lease, change } of this.#state.expire(rules.now(), rules.wallNow())) {
      const { token, member } = lease;
      void this.#notes.write(change);
      const ranges = change.changed.map(({ from, to }): Range => [from, to]);
      this.#tell([{ token, member, ranges, leaseEnded: true }, ...change.returned]);
    }
    void this.#burial.bury();
    this.#timer.by(this.#state.nextAlarm(rules.now()));
    this.#reportReady();
  }
}
