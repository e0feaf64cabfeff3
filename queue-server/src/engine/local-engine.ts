import {
  QueueError,
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterQuery,
  type DeadLetterStatus,
  type Durability,
  type Start,
} from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { Claim, ClaimResult, Settle, Settled } from './claim.js';
import type { Appended, Engine, EngineEvents, Head, ReadItem, Redrive } from './engine.js';
import type { GroupInfo, GroupOpening, GroupPage, OpenedGroup } from './group-info.js';
import { discard } from './groups/discard.js';
import { LetterExpiry } from './groups/letter-expiry.js';
import type { StoredQueue } from './groups/local-options.js';
import type { Log } from './log/log.js';
import type { RunningGroup } from './groups/running-group.js';
import { WorkingGroups, type WorkingGroupsParts } from './groups/working-groups.js';

export interface LocalParts extends WorkingGroupsParts {
  readonly queues: readonly StoredQueue[];
  readonly durability: Durability;
  readonly logs: ReadonlyMap<string, Log>;
  /** Gives back what the engine stands on. */
  readonly release: () => Promise<void>;
}

/** An engine of one process: its groups are in memory; where logs and outcomes are kept comes in. */
export class LocalEngine implements Engine {
  readonly #parts: LocalParts;
  readonly #groups: WorkingGroups;
  readonly #expiries: ReadonlyMap<string, LetterExpiry>;
  #events: EngineEvents | undefined;
  #closed = false;

  constructor(parts: LocalParts) {
    this.#parts = parts;
    this.#groups = new WorkingGroups(parts);
    this.#expiries = new Map(parts.queues.map((queue) => [queue.name, this.#expiryOf(queue)]));
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

  groupInfo(queue: string, group: string): GroupInfo | undefined {
    return this.#groups.info(queue, group, this.head(queue));
  }

  groups(queue: string, page?: GroupPage): readonly GroupInfo[] {
    return this.#groups.list(queue, this.head(queue), page);
  }

  groupCount(queue: string): number {
    return this.#parts.groups.of(queue).size;
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

  deadLetterStatus(queue: string): DeadLetterStatus & { readonly newest: number } {
    const { letters, bytes, newest } = this.#parts.deadLetters.held(queue);
    return { letters, bytes, newest, expired: this.#expiries.get(queue)?.expired ?? 0 };
  }

  async redrive(
    queue: string,
    letters: readonly DeadLetter[],
    { dryRun = false }: { readonly dryRun?: boolean } = {},
  ): Promise<Redrive> {
    const log = this.#log(queue);
    const groups = new Set(letters.map(({ group }) => group));
    const all = await Promise.all(
      [...groups].map((group) => {
        const own = letters.filter((letter) => letter.group === group);
        return this.#groups.redrive({ queue, group, log }, own, dryRun);
      }),
    );
    return {
      redriven: all.reduce((sum, { redriven }) => sum + redriven, 0),
      refused: all.flatMap(({ refused }) => refused),
    };
  }

  async discard(queue: string, positions: readonly number[]): Promise<number> {
    this.#log(queue);
    return (await discard(this.#parts.deadLetters, queue, positions)).length;
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
    await Promise.all([...this.#expiries.values()].map((expiry) => expiry.stop()));
    await Promise.all([...logs.values(), outcomes, deadLetters].map((each) => each.close()));
    await release();
  }

  #expiryOf({ name: queue, deadLetters: bounds = {} }: StoredQueue): LetterExpiry {
    const { deadLetters, rules } = this.#parts;
    return new LetterExpiry({
      ...{ queue, bounds, deadLetters, ...rules },
      onExpired: (group, letters) => this.#events?.lettersExpired(queue, group, letters),
    });
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
