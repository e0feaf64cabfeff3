import { QueueError, type Frame, type Start } from '@typed-queue/contracts';
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
import type { Group } from '../group/group.js';
import type { GroupSettings } from './local-options.js';
import type { Log } from './log.js';
import type { OpenGroups } from './open-groups.js';
import type { Outcomes } from './outcomes.js';
import { RunningGroup } from './running-group.js';

export interface LocalParts {
  readonly logs: ReadonlyMap<string, Log>;
  readonly groups: OpenGroups;
  readonly outcomes: Outcomes;
  readonly settings: GroupSettings;
  /** Above all tokens of earlier starts. */
  readonly firstToken: number;
  /** Gives back what the engine stands on. */
  readonly release: () => Promise<void>;
}

/** An engine of one process: its groups are in memory; where logs and outcomes are kept comes in. */
export class LocalEngine implements Engine {
  readonly #parts: LocalParts;
  readonly #running = new Map<Group, RunningGroup>();
  #events: EngineEvents | undefined;
  #nextToken: number;
  #closed = false;

  constructor(parts: LocalParts) {
    this.#parts = parts;
    this.#nextToken = parts.firstToken;
    for (const [queue, log] of parts.logs) log.onCommit(() => this.#events?.committed(queue));
  }

  get leaseMs(): number {
    return this.#parts.settings.leaseMs;
  }

  listen(events: EngineEvents): void {
    this.#events = events;
  }

  async append(queue: string, frame: Frame): Promise<Appended> {
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
      // What waits for a time since before a restart goes out at that time, whether a claim comes or not.
      this.#group(queue, group);
      await outcomes.durable();
    } else {
      await outcomes.write(made);
    }
    return { floor: open.state.floor };
  }

  async claim(claim: Claim): Promise<Claimed | undefined> {
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

  trouble(): Error | undefined {
    for (const log of this.#parts.logs.values()) {
      const trouble = log.trouble();
      if (trouble !== undefined) return trouble;
    }
    return this.#parts.outcomes.trouble();
  }

  async close(): Promise<void> {
    const { logs, outcomes, release } = this.#parts;
    this.#closed = true;
    // What becomes durable now is answered, but nobody can ask for it any more.
    this.#events = undefined;
    for (const group of this.#running.values()) group.stop();
    await Promise.all([outcomes.close(), ...[...logs.values()].map((log) => log.close())]);
    await release();
  }

  #log(queue: string): Log {
    if (this.#closed) throw new QueueError('closed', 'The engine is closed.');
    const log = this.#parts.logs.get(queue);
    if (log === undefined) throw new QueueError('queue_unknown', `There is no queue "${queue}".`);
    return log;
  }

  #group(queue: string, group: string): RunningGroup {
    const log = this.#log(queue);
    const state = this.#parts.groups.get(queue, group)?.state;
    if (state === undefined) throw new Error(`group "${group}" of queue "${queue}" was not opened`);
    return this.#running.get(state) ?? this.#run(queue, group, state, log);
  }

  #run(queue: string, group: string, state: Group, log: Log): RunningGroup {
    const { outcomes, settings } = this.#parts;
    const running = new RunningGroup({
      ...{ queue, group, state, log, outcomes, settings },
      nextToken: () => this.#nextToken++,
      events: {
        ready: (...what) => this.#events?.ready(...what),
        expired: (...what) => this.#events?.expired(...what),
      },
    });
    this.#running.set(state, running);
    return running;
  }
}
