import {
  type DeadLetter,
  type DeadLetterRetention,
  type Durability,
  QueueError,
  type Start,
} from '@typed-queue/contracts';
import type { Frame, FrameReceipt } from '@typed-queue/contracts/wire';
import type { EngineBackup } from './backup.js';
import type {
  Engine,
  EngineEvents,
  GroupHandle,
  Head,
  LogItem,
  QueueHandle,
  Redrive,
  RedriveOptions,
} from './engine.js';
import type { ExpectedSeq } from './expected/expected-seq.js';
import { pageOf, type GroupPage, type GroupPosition } from './group-info.js';
import { checkOwned, type ClaimRight } from './groups/claim-right.js';
import { discard, type DeadLetters } from './groups/dead-letters.js';
import { DeadLetterExpiry } from './groups/dead-letter-expiry.js';
import { LocalGroup, positionOf, type GroupDeps } from './groups/local-group.js';
import type { LocalRules } from './local-options.js';
import type { GroupRecords } from './groups/group-records.js';
import type { GroupRegistry } from './groups/registry.js';
import type { Log } from './log/log.js';
import { seqAt } from './log/seq-at-time.js';

/** Where a queue is stored. */
export interface QueueStore {
  readonly name: string;
  readonly log: Log;
  readonly deadLetters: DeadLetters;
  readonly letterBounds: DeadLetterRetention | undefined;
}

export interface LocalDeps {
  readonly queues: readonly QueueStore[];
  readonly durability: Durability;
  readonly registry: GroupRegistry;
  readonly records: GroupRecords;
  readonly rules: LocalRules;
  /** Above all tokens of earlier starts. */
  readonly firstToken: number;
  /** Default: messages may always be claimed. */
  readonly claimRight?: ClaimRight | undefined;
  /** Begins a backup. Default: there is nothing to back up. */
  readonly backup?: () => Promise<EngineBackup>;
  /** Releases what the engine owns. */
  readonly release: () => Promise<void>;
}

/**
 * An engine of one process. `Local`, here and in other names: of one process, which an engine over several would not be.
 * Its groups are in memory; where logs and group records are stored is a dependency.
 */
export class LocalEngine implements Engine {
  readonly #deps: LocalDeps;
  readonly #queues: ReadonlyMap<string, LocalQueue>;
  readonly #runtimes: GroupDeps['runtimes'] = new Map();
  #events: EngineEvents | undefined;
  #nextToken: number;
  #closed = false;

  constructor(deps: LocalDeps) {
    this.#deps = deps;
    this.#nextToken = deps.firstToken;
    this.#queues = new Map(deps.queues.map((store) => [store.name, this.#open(store)]));
    deps.claimRight?.onRegained(() => this.#regained());
  }

  get durability(): Durability {
    return this.#deps.durability;
  }

  get leaseMs(): number {
    return this.#deps.rules.leaseMs;
  }

  queue(name: string): QueueHandle {
    return this.#queue(name);
  }

  group(queue: string, group: string): GroupHandle {
    return this.#queue(queue).group(group);
  }

  listen(events: EngineEvents): void {
    this.#events = events;
  }

  fault(): Error | undefined {
    for (const each of this.#stores()) {
      const fault = each.fault();
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  async backup(): Promise<EngineBackup> {
    const { backup } = this.#deps;
    if (this.#closed) throw new QueueError('closed', 'The engine is closed.');
    if (backup !== undefined) return backup();
    throw new QueueError(
      'request_invalid',
      'This server keeps everything in memory: it has nothing to back up.',
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Appends still resolve, but nobody can read what becomes durable now.
    this.#events = undefined;
    for (const runtime of this.#runtimes.values()) runtime.stop({ revoke: false });
    await Promise.all([...this.#queues.values()].map(({ expiry }) => expiry.stop()));
    await Promise.all(this.#stores().map((each) => each.close()));
    await this.#deps.release();
  }

  #queue(name: string): LocalQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new QueueError('queue_unknown', `There is no queue "${name}".`);
    return queue;
  }

  #regained(): void {
    for (const runtime of this.#runtimes.values()) runtime.regained();
    const { queues, registry } = this.#deps;
    for (const { name: queue } of queues)
      for (const group of registry.of(queue).keys()) this.#events?.ready(queue, group);
  }

  #stores(): readonly Pick<Log, 'fault' | 'close'>[] {
    const { queues, records } = this.#deps;
    return [...queues.flatMap(({ log, deadLetters }) => [log, deadLetters]), records];
  }

  #open({ name: queue, log, deadLetters, letterBounds = {} }: QueueStore): LocalQueue {
    const { rules } = this.#deps;
    log.onCommit(() => this.#events?.committed(queue));
    return new LocalQueue(
      {
        ...this.#deps,
        runtimes: this.#runtimes,
        queue,
        deadLetters,
        log: () => {
          if (this.#closed) throw new QueueError('closed', 'The engine is closed.');
          return log;
        },
        nextToken: () => this.#nextToken++,
        events: () => this.#events,
      },
      new DeadLetterExpiry({
        ...rules,
        deadLetters,
        bounds: letterBounds,
        onExpired: (group, letters) => this.#events?.deadLettersExpired(queue, group, letters),
      }),
    );
  }
}

class LocalQueue implements QueueHandle {
  readonly expiry: DeadLetterExpiry;
  readonly #deps: GroupDeps & Pick<LocalDeps, 'durability'>;

  constructor(deps: GroupDeps & Pick<LocalDeps, 'durability'>, expiry: DeadLetterExpiry) {
    this.#deps = deps;
    this.expiry = expiry;
  }

  async append(frame: Frame, expected?: ExpectedSeq): Promise<FrameReceipt> {
    const { log, durability } = this.#deps;
    const { epoch, firstSeq, duplicates } = await log().append(frame, expected);
    return { epoch, firstSeq, duplicates, durability, refused: [] };
  }

  head(): Head {
    return this.#deps.log().head();
  }

  checkOwned(): void {
    checkOwned(this.#deps.claimRight, this.#deps.queue);
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    return this.#deps.log().read(fromSeq, maxBytes);
  }

  follow(next: () => number): () => void {
    return this.#deps.log().follow(next);
  }

  async seqAt(start: Start): Promise<number> {
    return seqAt(this.#deps.log(), start);
  }

  async roll(): Promise<void> {
    return this.#deps.log().roll();
  }

  async trim(beforeSeq: number): Promise<void> {
    return this.#deps.log().trim(beforeSeq);
  }

  group(name: string): LocalGroup {
    return new LocalGroup(this.#deps, name);
  }

  readonly groups: QueueHandle['groups'] = {
    list: (page?: GroupPage) => {
      const { queue, log, registry } = this.#deps;
      log();
      const names = [...registry.of(queue).keys()];
      return pageOf(names, page).flatMap((name) => this.group(name).info() ?? []);
    },
    positions: () => {
      const { queue, log, registry, runtimes } = this.#deps;
      const at = { head: log().head(), runtimes };
      const positions: GroupPosition[] = [];
      for (const [name, entry] of registry.of(queue)) positions.push(positionOf(name, entry, at));
      return positions;
    },
    count: () => this.#deps.registry.of(this.#deps.queue).size,
  };

  readonly deadLetters: QueueHandle['deadLetters'] = {
    list: async (query) => {
      const { log, deadLetters } = this.#deps;
      log();
      return deadLetters.list(query);
    },
    status: () => {
      const { letters, bytes, newest } = this.#deps.deadLetters.totals();
      return { letters, bytes, newest, expired: this.expiry.expired };
    },
    edit: async (position, payload) => {
      const { log, deadLetters } = this.#deps;
      log();
      // While it is hidden, nobody else redrives or removes it.
      const listed = deadLetters.hide([position]);
      if (listed.length === 0) return undefined;
      try {
        return await deadLetters.edit(position, payload);
      } finally {
        deadLetters.show(listed);
      }
    },
    redrive: (letters, options = {}) => this.#redrive(letters, options),
    discard: async (positions) => {
      const { log, deadLetters } = this.#deps;
      log();
      return (await discard(deadLetters, positions)).length;
    },
  };

  async #redrive(
    letters: readonly DeadLetter[],
    { dryRun = false, counted }: RedriveOptions,
  ): Promise<Redrive> {
    this.#deps.log();
    const groups = new Set(letters.map(({ group }) => group));
    const all = await Promise.all(
      [...groups].map((name) => {
        const own = letters.filter(({ group }) => group === name);
        return this.group(name).redrive(own, { dryRun, counted: counted?.get(name) ?? 0 });
      }),
    );
    return {
      redriven: all.reduce((sum, { redriven }) => sum + redriven, 0),
      refused: all.flatMap(({ refused }) => refused),
    };
  }
}
