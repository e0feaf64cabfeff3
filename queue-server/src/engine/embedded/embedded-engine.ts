import { QueueError, type Start } from '@typed-queue/contracts';
import { Alarm, type Timers } from '../alarm.js';
import type {
  Appended,
  Claim,
  Claimed,
  Engine,
  EngineEvents,
  Head,
  ReadItem,
  Settle,
  Settled,
} from '../engine.js';
import type { Change } from '../group/group.js';
import { take } from '../take.js';
import type { OpenGroup, OpenGroups } from './open-groups.js';
import type { OutcomeLog } from './outcome-log.js';
import type { QueueLog } from './queue-log.js';

/** Tokens of one start of the server; those of the next start are all above. */
const TOKENS_PER_START = 2 ** 32;

export interface EmbeddedParts {
  readonly logs: ReadonlyMap<string, QueueLog>;
  readonly groups: OpenGroups;
  readonly outcomes: OutcomeLog;
  readonly leaseMs: number;
  /** How long a member that vanished may take to come back. */
  readonly graceMs: number;
  readonly now: () => number;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
  /** Gives back what the engine stands on. */
  readonly release: () => Promise<void>;
}

/** The engine of one machine: a journal a queue, and one for the outcomes of all groups. */
export class EmbeddedEngine implements Engine {
  readonly #parts: EmbeddedParts;
  readonly #alarms = new Map<OpenGroup, Alarm>();
  #events: EngineEvents | undefined;
  #nextToken: number;
  #closed = false;

  constructor(parts: EmbeddedParts) {
    this.#parts = parts;
    this.#nextToken = parts.groups.boot * TOKENS_PER_START + 1;
    for (const [queue, log] of parts.logs) log.onCommit(() => this.#events?.committed(queue));
  }

  get leaseMs(): number {
    return this.#parts.leaseMs;
  }

  listen(events: EngineEvents): void {
    this.#events = events;
  }

  async append(queue: string, frame: Parameters<Engine['append']>[1]): Promise<Appended> {
    return this.#log(queue).append(frame);
  }

  head(queue: string): Head {
    return this.#log(queue).head();
  }

  async read(queue: string, fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]> {
    return this.#log(queue).read(fromSeq, maxBytes);
  }

  async openGroup(queue: string, group: string, start: Start): Promise<{ floor: number }> {
    const { groups, outcomes } = this.#parts;
    const { open, made } = groups.open(queue, group, start, this.#log(queue).head());
    if (made === undefined) {
      this.#alarm(queue, group, open).by(open.state.nextAlarm(this.#parts.now()));
      await outcomes.durable();
    } else {
      await outcomes.write(made);
    }
    return { floor: open.state.floor };
  }

  async claim({ queue, group, member, maxMessages, maxBytes }: Claim): Promise<Claimed | undefined> {
    const open = this.#group(queue, group);
    const log = this.#log(queue);
    const range = open.state.candidate(log.head().lastSeq, this.#parts.now(), maxMessages);
    if (range === undefined) return undefined;
    const { frames, ranges, gaps } = take(await log.read(range[0], maxBytes), range, {
      maxMessages,
      maxBytes,
    });
    for (const gap of gaps) void this.#note(queue, group, open.state.skip([gap.from, gap.to]));
    if (ranges.length === 0 && gaps.length === 0) return undefined;
    const token = this.#nextToken++;
    const now = this.#parts.now();
    const attempts = ranges.length === 0 ? [] : open.state.claim(ranges, { token, member }, now);
    this.#alarm(queue, group, open).by(now + this.leaseMs);
    return { token, frames, attempts, gaps };
  }

  async settle({ queue, group, ...outcome }: Settle): Promise<Settled> {
    const open = this.#group(queue, group);
    const held = open.state.holds(outcome.token, outcome.member);
    const change = open.state.settle(outcome, this.#parts.now());
    for (const { delivery } of change.changed) {
      if (delivery.kind === 'scheduled') this.#alarm(queue, group, open).by(delivery.dueAt);
    }
    return {
      held,
      settled: change.changed.map((run) => [run.from, run.to]),
      lost: change.lost,
      durable: outcome.outcome.kind === 'extend' ? Promise.resolve() : this.#note(queue, group, change),
    };
  }

  resume(queue: string, group: string, member: string, tokens: readonly number[]): readonly number[] {
    const open = this.#group(queue, group);
    const now = this.#parts.now();
    for (const { token } of open.state.leases.filter((lease) => lease.member === member)) {
      const kind = tokens.includes(token) ? 'extend' : 'release';
      void this.#note(queue, group, open.state.settle({ token, member, outcome: { kind } }, now));
    }
    return tokens.filter((token) => open.state.holds(token, member));
  }

  abandon(queue: string, group: string, member: string): void {
    const open = this.#group(queue, group);
    const until = this.#parts.now() + this.#parts.graceMs;
    open.state.abandon(member, until);
    this.#alarm(queue, group, open).by(until);
  }

  async leave(queue: string, group: string, member: string): Promise<void> {
    this.resume(queue, group, member, []);
    await this.#parts.outcomes.durable();
  }

  trouble(): Error | undefined {
    for (const log of this.#parts.logs.values()) {
      const trouble = log.trouble();
      if (trouble !== undefined) return trouble;
    }
    return this.#parts.outcomes.trouble();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const alarm of this.#alarms.values()) alarm.stop();
    await Promise.all([
      this.#parts.outcomes.close(),
      ...[...this.#parts.logs.values()].map((log) => log.close()),
    ]);
    await this.#parts.release();
  }

  #log(queue: string): QueueLog {
    if (this.#closed) throw new QueueError('closed', 'The engine is closed.');
    const log = this.#parts.logs.get(queue);
    if (log === undefined) throw new QueueError('queue_unknown', `There is no queue "${queue}".`);
    return log;
  }

  #group(queue: string, group: string): OpenGroup {
    if (this.#closed) throw new QueueError('closed', 'The engine is closed.');
    const open = this.#parts.groups.get(queue, group);
    if (open === undefined) throw new Error(`group "${group}" of queue "${queue}" was not opened`);
    return open;
  }

  /** Writes a change down without waiting for the disk: losing it at a crash only means a redelivery. */
  #note(queue: string, group: string, { changed }: Change): Promise<void> {
    const { outcomes, onError } = this.#parts;
    if (changed.length === 0) return outcomes.durable();
    const written = outcomes.write({ kind: 'changes', queue, group, runs: changed });
    written.catch(onError);
    return written;
  }

  #alarm(queue: string, group: string, open: OpenGroup): Alarm {
    const known = this.#alarms.get(open);
    if (known !== undefined) return known;
    const alarm = new Alarm(() => this.#ring(queue, group, open), this.#parts.now, this.#parts.timers);
    this.#alarms.set(open, alarm);
    return alarm;
  }

  #ring(queue: string, group: string, open: OpenGroup): void {
    for (const { lease, change } of open.state.expire(this.#parts.now())) {
      void this.#note(queue, group, change);
      this.#events?.expired(queue, group, lease.member, lease.token);
    }
    this.#alarm(queue, group, open).by(open.state.nextAlarm(this.#parts.now()));
    this.#events?.ready(queue, group);
  }
}
