import {
  QueueError,
  type DeadLetterPage,
  type DeadLetterQuery,
  type Durability,
  type Frame,
  type Start,
} from '@typed-queue/contracts';
import type { Claim, ClaimResult, Settle, Settled } from '../claim.js';
import type { Appended, Engine, EngineEvents, Head, ReadItem } from '../engine.js';
import type { GroupInfo, GroupOpening, OpenedGroup } from '../group-info.js';
import type { Log } from './log.js';
import type { RunningGroup } from './running-group.js';
import { WorkingGroups, type WorkingGroupsParts } from './working-groups.js';

export interface LocalParts extends WorkingGroupsParts {
  readonly durability: Durability;
  readonly logs: ReadonlyMap<string, Log>;
  /** Gives back what the engine stands on. */
  readonly release: () => Promise<void>;
}

/** An engine of one process: its groups are in memory; where logs and outcomes are kept comes in. */
export class LocalEngine implements Engine {
  readonly #parts: LocalParts;
  readonly #groups: WorkingGroups;
  #events: EngineEvents | undefined;
  #closed = false;

  constructor(parts: LocalParts) {
    this.#parts = parts;
    this.#groups = new WorkingGroups(parts);
    for (const [queue, log] of parts.logs) log.onCommit(() => this.#events?.committed(queue));
  }

  get durability(): Durability {
    return this.#parts.durability;
  }

  get leaseMs(): number {
    return this.#parts.rules.leaseMs;
  }

  listen(events: EngineEvents): void {
    this.#events = events;
    this.#groups.listen(events);
  }

  async append(queue: string, frame: Frame): Promise<Appended> {
    const appended = await this.#log(queue).append(frame);
    return { durability: this.durability, ...appended };
  }

  head(queue: string): Head {
    return this.#log(queue).head();
  }

  async read(queue: string, fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]> {
    return this.#log(queue).read(fromSeq, maxBytes);
  }

  async seqAt(queue: string, start: Start): Promise<number> {
    const log = this.#log(queue);
    const { firstSeq, lastSeq } = log.head();
    if (start === 'start') return firstSeq;
    if (start === 'now') return lastSeq + 1;
    const seq = 'time' in start ? await log.seqAtTime(start.time) : start.seq;
    return Math.min(Math.max(seq, 1), lastSeq + 1);
  }

  async trim(queue: string, beforeSeq: number): Promise<void> {
    return this.#log(queue).trim(beforeSeq);
  }

  async openGroup(queue: string, group: string, opening: GroupOpening): Promise<OpenedGroup> {
    const log = this.#log(queue);
    return this.#groups.open({ queue, group, log }, await this.seqAt(queue, opening.start), opening);
  }

  groups(queue: string): readonly GroupInfo[] {
    return this.#groups.list(queue, this.head(queue));
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    return this.#group(claim.queue, claim.group).claim(claim);
  }

  async settle(settle: Settle): Promise<Settled> {
    return this.#group(settle.queue, settle.group).settle(settle);
  }

  resume(queue: string, group: string, member: string, tokens: readonly number[]): readonly number[] {
    return this.#group(queue, group).resume(member, tokens);
  }

  abandon(queue: string, group: string, member: string): void {
    this.#group(queue, group).abandon(member);
  }

  async leave(queue: string, group: string, member: string): Promise<void> {
    return this.#group(queue, group).leave(member);
  }

  async seekGroup(queue: string, group: string, to: Start): Promise<void> {
    return this.#groups.seek({ queue, group, log: this.#log(queue) }, await this.seqAt(queue, to));
  }

  async pauseGroup(queue: string, group: string, paused: boolean): Promise<void> {
    return this.#groups.pause({ queue, group, log: this.#log(queue) }, paused);
  }

  async deleteGroup(queue: string, group: string): Promise<void> {
    return this.#groups.delete({ queue, group, log: this.#log(queue) });
  }

  async deadLetters(queue: string, query: DeadLetterQuery): Promise<DeadLetterPage> {
    this.#log(queue);
    return this.#parts.deadLetters.list(queue, query);
  }

  trouble(): Error | undefined {
    const { logs, outcomes, deadLetters } = this.#parts;
    for (const each of [...logs.values(), outcomes, deadLetters]) {
      const trouble = each.trouble();
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  }

  async close(): Promise<void> {
    const { logs, outcomes, deadLetters, release } = this.#parts;
    this.#closed = true;
    // What becomes durable now is answered, but nobody can ask for it any more.
    this.#events = undefined;
    this.#groups.stop();
    await Promise.all([...logs.values(), outcomes, deadLetters].map((each) => each.close()));
    await release();
  }

  #log(queue: string): Log {
    if (this.#closed) throw new QueueError('closed', 'The engine is closed.');
    const log = this.#parts.logs.get(queue);
    if (log === undefined) throw new QueueError('queue_unknown', `There is no queue "${queue}".`);
    return log;
  }

  #group(queue: string, group: string): RunningGroup {
    return this.#groups.running({ queue, group, log: this.#log(queue) });
  }
}
