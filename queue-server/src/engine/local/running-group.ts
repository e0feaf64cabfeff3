import type { Gap, Range } from '@typed-queue/contracts';
import { Alarm } from '../alarm.js';
import type { Claim, Claimed, EngineEvents, Settle, Settled } from '../engine.js';
import type { Change, Group } from '../group/group.js';
import { takeAll } from '../take.js';
import type { GroupSettings } from './local-options.js';
import type { Log } from './log.js';
import type { Outcomes } from './outcomes.js';

export interface RunningGroupParts {
  readonly queue: string;
  readonly group: string;
  readonly state: Group;
  readonly log: Log;
  readonly outcomes: Outcomes;
  readonly settings: GroupSettings;
  readonly nextToken: () => number;
  readonly events: Pick<EngineEvents, 'ready' | 'expired'>;
}

/** One group at work: its state over the log of its queue, in time, with every change written down. */
export class RunningGroup {
  readonly #parts: RunningGroupParts;
  readonly #state: Group;
  readonly #alarm: Alarm;
  #stopped = false;

  constructor(parts: RunningGroupParts) {
    const { now, timers } = parts.settings;
    this.#parts = parts;
    this.#state = parts.state;
    this.#alarm = new Alarm(() => this.#ring(), now, timers);
    this.#alarm.by(this.#state.nextAlarm(now()));
  }

  async claim({ member, maxMessages, maxBytes }: Claim): Promise<Claimed | undefined> {
    const { log, settings, nextToken } = this.#parts;
    const gone = this.#skipGone();
    const wanted = this.#state.candidates(log.head().lastSeq, settings.now(), maxMessages);
    const { frames, ranges, gaps } = await takeAll(log, wanted, { maxMessages, maxBytes });
    if (this.#stopped || (ranges.length === 0 && gaps.length === 0 && gone.length === 0)) return undefined;
    for (const gap of gaps) void this.#note(this.#state.skip([gap.from, gap.to]));
    const token = nextToken();
    return { token, frames, attempts: this.#lease(ranges, token, member), gaps: [...gone, ...gaps] };
  }

  settle({ outcome, ...of }: Settle): Settled {
    const held = this.#state.holds(of.token, of.member);
    const change = this.#state.settle({ outcome, ...of }, this.#parts.settings.now());
    for (const { delivery } of change.changed) {
      if (delivery.kind === 'scheduled') this.#alarm.by(delivery.dueAt);
    }
    return {
      held,
      settled: change.changed.map((run) => [run.from, run.to]),
      lost: change.lost,
      durable: outcome.kind === 'extend' ? Promise.resolve() : this.#note(change),
    };
  }

  resume(member: string, tokens: readonly number[]): readonly number[] {
    const now = this.#parts.settings.now();
    for (const { token } of this.#state.leases.filter((lease) => lease.member === member)) {
      const kind = tokens.includes(token) ? 'extend' : 'release';
      void this.#note(this.#state.settle({ token, member, outcome: { kind } }, now));
    }
    return tokens.filter((token) => this.#state.holds(token, member));
  }

  abandon(member: string): void {
    const { now, graceMs } = this.#parts.settings;
    const until = now() + graceMs;
    this.#state.abandon(member, until);
    this.#alarm.by(until);
  }

  async leave(member: string): Promise<void> {
    this.resume(member, []);
    await this.#parts.outcomes.durable();
  }

  /** Nothing more happens by itself. */
  stop(): void {
    this.#stopped = true;
    this.#alarm.stop();
  }

  /** Passes over what is older than the log's first message: it was there and is lost. */
  #skipGone(): Gap[] {
    const { firstSeq } = this.#parts.log.head();
    if (this.#state.floor >= firstSeq) return [];
    const change = this.#state.skip([this.#state.floor, firstSeq - 1]);
    void this.#note(change);
    return change.changed.map(({ from, to }) => ({ from, to, reason: 'damage' }));
  }

  #lease(ranges: readonly Range[], token: number, member: string): Claimed['attempts'] {
    if (ranges.length === 0) return [];
    const { now, leaseMs } = this.#parts.settings;
    const time = now();
    this.#alarm.by(time + leaseMs);
    return this.#state.claim(ranges, { token, member }, time);
  }

  /** Writes a change down without waiting for the disk: losing it at a crash only means a redelivery. */
  #note({ changed }: Change): Promise<void> {
    const { queue, group, outcomes, settings } = this.#parts;
    if (changed.length === 0) return outcomes.durable();
    const written = outcomes.write({ kind: 'changes', queue, group, runs: changed });
    written.catch(settings.onError);
    return written;
  }

  #ring(): void {
    const { queue, group, events, settings } = this.#parts;
    for (const { lease, change } of this.#state.expire(settings.now())) {
      void this.#note(change);
      events.expired(queue, group, lease.member, lease.token);
    }
    this.#alarm.by(this.#state.nextAlarm(settings.now()));
    events.ready(queue, group);
  }
}
