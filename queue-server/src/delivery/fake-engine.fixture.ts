import {
  type DeadLetter,
  type DeadLetterQuery,
  type Gap,
  type GroupSettings,
  QueueError,
  type Range,
} from '@typed-queue/contracts';
import type { Frame, FrameReceipt } from '@typed-queue/contracts/wire';
import { setImmediate as turn } from 'node:timers/promises';
import type { Claim, ClaimResult, Returned, Settle, Settled } from '../engine/claim.js';
import type { Engine, EngineEvents, GroupHandle, QueueHandle } from '../engine/engine.js';
import { frameOf, stored } from '../engine/frames.fixture.js';
import { pageOf, type GroupInfo, type GroupOpening, type OpenedGroup } from '../engine/group-info.js';
import type { Change } from '../engine/group/change.js';
import { Group } from '../engine/group/group.js';
import type { KnownEvents } from '../engine/known-events.js';
import { FakeLog } from './fake-log.fixture.js';
import { upTo } from './recorder.fixture.js';

export { later, recorder, settled, type Recorder } from './recorder.fixture.js';

export const QUEUE = 'files';

interface FakeGroup {
  readonly state: Group;
  readonly life: string;
  settings: GroupSettings;
  knows: KnownEvents | undefined;
}

/** An engine of one queue in memory whose time and disk a test steers. */
export class FakeEngine implements Engine {
  readonly leaseMs = 30_000;
  readonly durability = 'memory';
  readonly log = new FakeLog();
  now = 0;
  /** What a claim waits for. */
  gate: Promise<void> | undefined;
  /** What `durable` of an outcome waits for. */
  disk: Promise<void> = Promise.resolve();
  /** Seqs of which claims find a gap. */
  damaged: Range | undefined;
  /** A member for which claims find nothing. */
  refused = '';
  /** What the next claim fails with. */
  failure: Error | undefined;
  readonly claims: (Claim & { readonly group: string })[] = [];
  /** How many claims of one group were open at once, at most. */
  overlapping = 0;
  /** How many groups were read. */
  looked = 0;
  /** The dead letters that every query finds, and the queries. */
  letters: readonly DeadLetter[] = [];
  readonly queries: DeadLetterQuery[] = [];
  /** What deletions of groups fail with. */
  deleteFailure: Error | undefined;
  readonly abandoned: string[] = [];
  /** What operators did, in words. */
  readonly done: string[] = [];
  /** The result of an append. */
  appending: (frame: Frame) => Promise<FrameReceipt> = async () => ({
    epoch: 'one',
    durability: 'memory',
    firstSeq: 1,
    duplicates: [],
    refused: [],
  });
  #token = 0;
  #open = 0;
  #events: EngineEvents | undefined;
  #made = 0;
  readonly #groups = new Map<string, FakeGroup>();

  /** Appends messages to the log. */
  publish(count: number): void {
    this.log.add(count);
    this.committed();
  }
  committed(): void {
    this.#events?.committed(QUEUE);
  }
  ready(group: string): void {
    this.#events?.ready(QUEUE, group);
  }
  stall(group: string, unsettled: number): void {
    this.#events?.stalled(QUEUE, group, unsettled);
  }
  expire(group: string, letters: number): void {
    this.#events?.deadLettersExpired(QUEUE, group, letters);
  }
  deadLetter(group: string, letters: number): void {
    this.#events?.deadLettered(QUEUE, group, letters);
  }
  passOver(group: string, event: string, firstSeq: number): void {
    this.#events?.passedOver(QUEUE, group, event, firstSeq);
  }
  take(group: string, returned: Returned): void {
    this.#events?.returned(QUEUE, group, returned);
  }
  /** Time passes, and leases end. */
  pass(ms: number): void {
    this.now += ms;
    for (const [name, { state }] of this.#groups) {
      for (const { lease, change } of state.expire(this.now)) {
        const { member, token } = lease;
        this.take(name, { member, token, ranges: rangesOf(change), leaseEnded: true });
      }
      this.ready(name);
    }
  }
  state(name: string): Group {
    const group = this.#groups.get(name);
    if (group === undefined) throw new QueueError('group_unknown', `There is no group "${name}".`);
    return group.state;
  }

  queue(): QueueHandle {
    const { log } = this;
    return {
      append: (frame) => this.appending(frame),
      head: () => log.head(),
      read: (fromSeq, maxBytes) => log.read(fromSeq, maxBytes),
      seqAt: (start) => log.seqAt(start),
      trim: (beforeSeq) => log.trim(beforeSeq),
      groups: {
        list: (page) => pageOf([...this.#groups.keys()], page).flatMap((name) => this.#info(name) ?? []),
        count: () => this.#groups.size,
      },
      deadLetters: {
        list: async (query) => {
          this.queries.push(query);
          return { letters: this.letters, gaps: [], next: null };
        },
        status: () => {
          const { length } = this.letters;
          return { letters: length, bytes: 0, expired: 0, newest: length };
        },
        redrive: async (letters, options = {}) => {
          this.done.push(`redrive ${positionsOf(letters)} ${JSON.stringify(options)}`);
          return { redriven: letters.length, refused: [] };
        },
        discard: async (positions) => {
          this.done.push(`discard ${positions.join()}`);
          return positions.length;
        },
      },
    };
  }

  group(_queue: string, name: string): GroupHandle {
    return {
      open: (opening) => this.#openGroup(name, opening),
      info: () => this.#info(name),
      claim: (claim) => this.#claim(name, claim),
      settle: (settle) => this.#settle(name, settle),
      resume: (member, tokens) => this.#resume(name, member, tokens),
      abandon: (member) => {
        this.abandoned.push(member);
        this.state(name).abandon(member, this.now + 5_000);
      },
      leave: async (member) => void this.#resume(name, member, []),
      seek: async (to) => {
        this.state(name);
        this.done.push(`${name} goes to ${JSON.stringify(to)}`);
      },
      pause: async (paused) => {
        this.state(name);
        this.done.push(`${name} ${paused ? 'pauses' : 'goes on'}`);
      },
      delete: async () => {
        if (this.deleteFailure !== undefined) throw this.deleteFailure;
        this.state(name);
        this.#groups.delete(name);
      },
    };
  }

  async #openGroup(name: string, { start, settings, knows }: GroupOpening): Promise<OpenedGroup> {
    const floor = await this.log.seqAt(start);
    const policy = { leaseMs: this.leaseMs, maxUnsettled: 10_000, maxAttempts: 6, retryDelayMs: () => 1_000 };
    const group: FakeGroup = this.#groups.get(name) ?? {
      state: new Group(floor, policy),
      life: `life ${++this.#made}`,
      settings: {},
      knows: undefined,
    };
    group.knows = knows ?? group.knows;
    if (settings !== undefined) group.settings = settings;
    this.#groups.set(name, group);
    return { ...infoOf(name, group), reset: undefined };
  }

  #info(name: string): GroupInfo | undefined {
    const found = this.#groups.get(name);
    if (found === undefined) return undefined;
    this.looked++;
    return infoOf(name, found);
  }

  async #claim(name: string, claim: Claim): Promise<ClaimResult> {
    this.claims.push({ group: name, ...claim });
    this.overlapping = Math.max(this.overlapping, ++this.#open);
    try {
      await (this.gate ?? turn());
      return this.#take(name, claim);
    } finally {
      this.#open--;
    }
  }

  #take(name: string, { member, concurrency, maxMessages }: Claim): ClaimResult {
    const { failure, damaged } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    const group = this.state(name);
    const range = group.candidates({ member, concurrency }, this.log.lastSeq, this.now, maxMessages)
      .ranges[0];
    if (range === undefined) return 'nothing';
    if (member === this.refused) return 'for others';
    const token = ++this.#token;
    if (damaged?.[0] === range[0]) {
      const gap: Gap = { from: damaged[0], to: damaged[1], reason: 'damage' };
      group.skip(damaged);
      return { token, frames: [], attempts: [], gaps: [gap] };
    }
    group.claim([range], { token, member, concurrency }, this.now);
    return { token, frames: [stored(frameOf(upTo(range)), range[0])], attempts: [], gaps: [] };
  }

  async #settle(name: string, settle: Settle): Promise<Settled> {
    // Slower than a claim: who wants what an outcome returns has to wait for it.
    await turn();
    await turn();
    const group = this.state(name);
    const held = group.holds(settle.token, settle.member);
    const change = group.settle(settle, this.now);
    return { ...change, held, settled: rangesOf(change), durable: this.disk };
  }

  #resume(name: string, member: string, tokens: readonly number[]): readonly number[] {
    const group = this.state(name);
    for (const { token } of group.leases.filter((lease) => lease.member === member)) {
      if (!tokens.includes(token)) group.settle({ token, member, outcome: { kind: 'release' } }, this.now);
    }
    return tokens.filter((token) => group.holds(token, member));
  }

  fault(): Error | undefined {
    return undefined;
  }
  listen(events: EngineEvents): void {
    this.#events = events;
  }
  async close(): Promise<void> {
    throw new QueueError('closed', 'Nobody closes this engine.');
  }
}

const infoOf = (group: string, { state, life, settings, knows }: FakeGroup): GroupInfo => {
  const { floor, cursor, unsettled } = state;
  const common = { paused: false, stalled: false, deadLetters: 0, passedOver: [] };
  return { group, life, floor, cursor, unsettled, settings, knows, ...common };
};

const rangesOf = ({ changed }: Change): Range[] => changed.map(({ from, to }) => [from, to]);

const positionsOf = (letters: readonly DeadLetter[]): string =>
  letters.map(({ position }) => position).join();
