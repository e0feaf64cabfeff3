import type { History, Rates } from '@typed-queue/contracts';
import type { GroupDelivery } from '../delivery/group-delivery.js';
import type { PublishGate } from '../delivery/publish-gate.js';
import type { ServerClock } from '../engine/clocks.js';
import type { Engine } from '../engine/engine.js';
import { depthOf } from '../engine/group-info.js';
import { GroupTrends, type Growth } from './group-trends.js';
import { HistoryRing, NOTHING, STEPS, type Sample } from './history-ring.js';

export interface QueueHistoryDeps {
  readonly queues: readonly string[];
  readonly engine: Pick<Engine, 'queue'>;
  readonly delivery: Pick<GroupDelivery, 'counts'>;
  readonly publishGate: Pick<PublishGate, 'countOf'>;
  readonly clock: ServerClock;
  readonly onError: (error: unknown) => void;
}

const STEP_MS = 10_000;
/** Rings of a thousand queues take 6 MB. */
const MAX_RINGS = 1_000;

/** What was counted of a queue by its last sample. */
interface Measured {
  readonly published: number;
  readonly settled: number;
  readonly sample: Sample;
}

const UNMEASURED: Measured = { published: 0, settled: 0, sample: NOTHING };

/** Which of the figures somebody may see. */
export interface HistoryRights {
  /** Without it only what is published is shown. */
  mayAdminister(queue: string): boolean;
}

/**
 * Measures all queues every 10 seconds and remembers an hour. A sample of 1,000 queues and 5,000 groups, all
 * with a backlog, takes about 10 ms; nothing is done on the way of a message.
 */
export class QueueHistory {
  readonly #deps: QueueHistoryDeps;
  readonly #trends = new GroupTrends();
  /** Of the queues that had anything to measure. */
  readonly #byQueue = new Map<string, Measured>();
  /** Of the same; the one that had messages last is the last. */
  readonly #rings = new Map<string, HistoryRing>();
  /** The steps that were measured. */
  readonly #measured = new Set<number>();
  readonly #started: number;
  #newest = 0;
  #newestAt: number;
  #newestTime = 0;
  #cancel: () => void = () => undefined;

  constructor(deps: QueueHistoryDeps) {
    this.#deps = deps;
    this.#started = deps.clock.now();
    this.#newestAt = this.#started;
    this.#wait();
  }

  stop(): void {
    this.#cancel();
  }

  /** Of the last step. */
  ratesOf(queue: string): Rates {
    const { published, settled } = this.#byQueue.get(queue)?.sample ?? NOTHING;
    return { published, settled };
  }

  /** How the depth of a group changed in the last minutes. */
  growthOf(queue: string, group: string): Growth | undefined {
    return this.#trends.growth(queue, group, this.#deps.clock.now());
  }

  /** The last hour of some queues together. */
  of(queues: readonly string[], rights: HistoryRights): History {
    const [first = this.#newest + 1] = this.#measured;
    const administered = queues.filter((queue) => rights.mayAdminister(queue));
    const series = (name: keyof Sample, of: readonly string[]) => this.#series(first, name, of);
    return {
      from: this.#newestTime - Math.max(0, this.#newest - first) * STEP_MS,
      stepMs: STEP_MS,
      published: series('published', queues),
      settled: series('settled', administered),
      depth: series('depth', administered),
      deadLetters: series('deadLetters', administered),
    };
  }

  /** From a step to the newest; null where nothing was measured. */
  #series(first: number, name: keyof Sample, queues: readonly string[]): (number | null)[] {
    const sums = new Float64Array(this.#newest - first + 1);
    for (const queue of queues) this.#rings.get(queue)?.addTo(sums, name, first);
    return Array.from(sums, (sum, index) => (this.#measured.has(first + index) ? rounded(sum) : null));
  }

  #wait(): void {
    const { now, after } = this.#deps.clock;
    const due = this.#started + (this.#newest + 1) * STEP_MS;
    this.#cancel = after(Math.max(0, due - now()), () => {
      try {
        this.#take();
      } catch (error) {
        this.#deps.onError(error);
      }
      this.#wait();
    });
  }

  #take(): void {
    const { now, wallNow } = this.#deps.clock;
    const at = now();
    const seconds = Math.max(1, at - this.#newestAt) / 1_000;
    this.#newest = Math.max(this.#newest + 1, Math.round((at - this.#started) / STEP_MS));
    this.#newestAt = at;
    this.#newestTime = wallNow();
    this.#measured.add(this.#newest);
    for (const step of this.#measured) {
      if (step > this.#newest - STEPS) break;
      this.#measured.delete(step);
    }
    const depths = this.#trends.isDue(at) ? new Map<string, (readonly [string, number])[]>() : undefined;
    for (const queue of this.#deps.queues) {
      const groups = this.#depths(queue);
      if (groups.length > 0) depths?.set(queue, groups);
      this.#measure(queue, groups, seconds);
    }
    if (depths !== undefined) this.#trends.mark(at, depths);
  }

  /** Of the groups whose messages wait. */
  #depths(queue: string): (readonly [group: string, depth: number])[] {
    const stored = this.#deps.engine.queue(queue);
    const head = stored.head();
    const depths: (readonly [string, number])[] = [];
    for (const position of stored.groups.positions()) {
      const { depth } = depthOf(position, head);
      if (depth > 0) depths.push([position.group, depth]);
    }
    return depths;
  }

  #measure(queue: string, groups: readonly (readonly [string, number])[], seconds: number): void {
    const { engine, delivery, publishGate } = this.#deps;
    const published = publishGate.countOf(queue).stored;
    const settled = delivery.counts.settled(queue);
    const deadLetters = engine.queue(queue).deadLetters.status().letters;
    let depth = 0;
    for (const [, own] of groups) depth = Math.max(depth, own);
    const before = this.#byQueue.get(queue) ?? UNMEASURED;
    if (before === UNMEASURED && published + settled + depth + deadLetters === 0) return;
    const sample = {
      published: (published - before.published) / seconds,
      settled: (settled - before.settled) / seconds,
      depth,
      deadLetters,
    };
    this.#byQueue.set(queue, { published, settled, sample });
    this.#remember(queue, sample);
  }

  /** The queue without messages for the longest time loses its ring to a new one. */
  #remember(queue: string, sample: Sample): void {
    const ring = this.#rings.get(queue) ?? new HistoryRing();
    ring.set(this.#newest, sample);
    if (sample.published + sample.settled > 0) this.#rings.delete(queue);
    this.#rings.set(queue, ring);
    const [oldest] = this.#rings.keys();
    if (this.#rings.size > MAX_RINGS && oldest !== undefined) this.#rings.delete(oldest);
  }
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
