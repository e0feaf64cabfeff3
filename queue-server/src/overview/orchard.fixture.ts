import { HOUR, type Finding, type OwnRights } from '@typed-queue/contracts';
import type { Member } from '../delivery/member.js';
import type { Growth } from '../history/group-trends.js';
import { Overviews, type OverviewDeps, type OverviewRights } from './overviews.js';

export const ALL: OwnRights = { publish: true, consume: true, tail: true, admin: true };
export const NAMES = ['apples', 'bananas', 'cherries'];

export const operator: OverviewRights = { queues: NAMES, rightsTo: () => ALL, maySee: () => true };
/** May consume by the group `own` of the first queue, and knows no other queue. */
export const consumer: OverviewRights = {
  queues: ['apples'],
  rightsTo: (queue) => (queue === 'apples' ? { ...ALL, tail: false, admin: false } : undefined),
  maySee: (queue, group) => queue === 'apples' && group === 'own',
};

/** A present member that holds nothing. */
export const here = { away: false, unsettled: 0 };

export interface StoredGroup {
  readonly floor?: number;
  readonly cursor?: number;
  readonly unsettled?: number;
  readonly paused?: boolean;
  readonly stalled?: boolean;
  readonly members?: readonly Partial<Member>[];
}

/** A queue as the test sets it. Its message `seq` was stored at the time `seq`. */
interface StoredQueue {
  readonly lastSeq: number;
  readonly letters: number;
  readonly published: number;
  readonly groups: Readonly<Record<string, StoredGroup>>;
}

const EMPTY: StoredQueue = { lastSeq: 0, letters: 0, published: 0, groups: {} };

/** Three queues as the test sets them, and their overviews. */
export class Orchard {
  recent: readonly (Finding & { kind: 'dead-letters' })[] = [];
  growth: Growth | undefined;
  fault: Error | undefined;
  /** Clients whose contract clashes, of each queue. */
  clashes = 0;
  now = 1_000;
  /** Seqs that were read. */
  readonly reads: number[] = [];
  readonly overviews: Overviews;
  readonly #queues = new Map<string, StoredQueue>();

  constructor() {
    const contract = Object.fromEntries(NAMES.map((name) => [name, { name, retention: { maxAgeMs: HOUR } }]));
    const now = (): number => this.now;
    const deps = {
      contract,
      engine: { queue: (name: string) => this.#stored(name), fault: () => this.fault, durability: 'memory' },
      delivery: { members: (queue: string, group: string) => this.#of(queue).groups[group]?.members ?? [] },
      tails: { count: () => 2 },
      contractReports: { countOf: () => 3, clashesOf: () => this.clashes },
      history: {
        ratesOf: (queue: string) => ({ published: this.#of(queue).published, settled: 1 }),
        growthOf: () => this.growth,
      },
      recentDeadLetters: { all: () => this.recent.map(({ kind: _, ...rest }) => rest) },
      connections: () => 7,
      budget: { bytes: 100, used: 40 },
      version: '1.2.3',
      clock: { now, wallNow: now },
      started: 400,
    };
    // Safe for a test: nothing else of them is used.
    this.overviews = new Overviews(deps as unknown as OverviewDeps);
  }

  set(name: string, queue: Partial<StoredQueue>): void {
    this.#queues.set(name, { ...this.#of(name), ...queue });
  }

  async names(...args: Parameters<Overviews['of']>): Promise<string[]> {
    return (await this.overviews.of(...args)).queues.map(({ queue }) => queue);
  }

  async attention(rights = operator): Promise<readonly Finding[]> {
    return (await this.overviews.of({}, rights)).attention;
  }

  #of(name: string): StoredQueue {
    return this.#queues.get(name) ?? EMPTY;
  }

  #stored(name: string) {
    const { lastSeq, letters, groups } = this.#of(name);
    const position = { floor: 1, cursor: 1, unsettled: 0, paused: false, stalled: false };
    return {
      head: () => ({ epoch: 'e', firstSeq: 1, lastSeq, bytes: 10 }),
      deadLetters: { status: () => ({ letters }) },
      groups: {
        positions: () => Object.entries(groups).map(([group, own]) => ({ ...position, ...own, group })),
      },
      read: async (seq: number) => {
        this.reads.push(seq);
        return [{ kind: 'frame', frame: { header: { time: seq } } }];
      },
    };
  }
}
