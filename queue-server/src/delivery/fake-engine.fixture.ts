import { QueueError, type Frame, type Gap, type Range, type Start } from '@typed-queue/contracts';
import { setImmediate as turn } from 'node:timers/promises';
import type {
  Appended,
  Claim,
  Claimed,
  Engine,
  EngineEvents,
  Head,
  Settle,
  Settled,
} from '../engine/engine.js';
import { frameOf, stored } from '../engine/frames.fixture.js';
import { Group } from '../engine/group/group.js';
import type { Receiver } from './member.js';

export const QUEUE = 'files';

const upTo = ([from, to]: Range): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** An engine of one queue in memory, in which nothing passes by itself: neither time nor the disk. */
export class FakeEngine implements Engine {
  readonly leaseMs = 30_000;
  now = 0;
  /** What a claim waits for. */
  gate: Promise<void> | undefined;
  /** What `durable` of an outcome waits for. */
  disk: Promise<void> = Promise.resolve();
  /** Seqs of which the log has a hole. */
  hole: Range | undefined;
  /** What the next claim fails with. */
  failure: Error | undefined;
  readonly claims: Claim[] = [];
  /** How many claims of one group were open at once, at most. */
  overlapping = 0;
  readonly abandoned: string[] = [];
  /** What becomes of an append. */
  appending: (frame: Frame) => Promise<Appended> = async () => ({
    epoch: 'one',
    durability: 'memory',
    firstSeq: 1,
    duplicates: [],
  });
  #head = 0;
  #token = 0;
  #open = 0;
  #events: EngineEvents | undefined;
  readonly #groups = new Map<string, Group>();

  /** So many messages more are in the log. */
  publish(count: number): void {
    this.#head += count;
    this.#events?.committed(QUEUE);
  }
  ready(group: string): void {
    this.#events?.ready(QUEUE, group);
  }
  /** Time passes, and leases end. */
  pass(ms: number): void {
    this.now += ms;
    for (const [name, group] of this.#groups) {
      for (const { lease } of group.expire(this.now)) {
        this.#events?.expired(QUEUE, name, lease.member, lease.token);
      }
      this.ready(name);
    }
  }
  group(name: string): Group {
    const group = this.#groups.get(name);
    if (group === undefined) throw new Error(`no group ${name}`);
    return group;
  }

  append(_queue: string, frame: Frame): Promise<Appended> {
    return this.appending(frame);
  }
  head(): Head {
    return { epoch: 'one', firstSeq: 1, lastSeq: this.#head };
  }
  read(): Promise<never> {
    return Promise.reject(new Error('nobody reads'));
  }
  async openGroup(_queue: string, name: string, start: Start): Promise<{ floor: number }> {
    const floor = start === 'now' ? this.#head + 1 : 1;
    const group = this.#groups.get(name) ?? new Group(floor, { leaseMs: this.leaseMs, backOff: () => 1_000 });
    this.#groups.set(name, group);
    return { floor: group.floor };
  }

  async claim(claim: Claim): Promise<Claimed | undefined> {
    this.claims.push(claim);
    this.overlapping = Math.max(this.overlapping, ++this.#open);
    try {
      await (this.gate ?? turn());
      return this.#take(claim);
    } finally {
      this.#open--;
    }
  }

  #take({ group: name, member, maxMessages }: Claim): Claimed | undefined {
    const { failure, hole } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    const group = this.group(name);
    const range = group.candidates(this.#head, this.now, maxMessages)[0];
    if (range === undefined) return undefined;
    const token = ++this.#token;
    if (hole?.[0] === range[0]) {
      const gap: Gap = { from: hole[0], to: hole[1], reason: 'damage' };
      group.skip(hole);
      return { token, frames: [], attempts: [], gaps: [gap] };
    }
    const attempts = group.claim([range], { token, member }, this.now);
    return { token, frames: [stored(frameOf(upTo(range)), range[0])], attempts, gaps: [] };
  }

  async settle({ group: name, ...outcome }: Settle): Promise<Settled> {
    // Slower than a claim: whoever wants what an outcome gives back has to wait for it.
    await turn();
    await turn();
    const group = this.group(name);
    const held = group.holds(outcome.token, outcome.member);
    const { changed, lost } = group.settle(outcome, this.now);
    return { held, settled: changed.map(({ from, to }) => [from, to]), lost, durable: this.disk };
  }

  resume(_queue: string, name: string, member: string, tokens: readonly number[]): readonly number[] {
    const group = this.group(name);
    for (const { token } of group.leases.filter((lease) => lease.member === member)) {
      if (!tokens.includes(token)) group.settle({ token, member, outcome: { kind: 'release' } }, this.now);
    }
    return tokens.filter((token) => group.holds(token, member));
  }
  abandon(_queue: string, name: string, member: string): void {
    this.abandoned.push(member);
    this.group(name).abandon(member, this.now + 5_000);
  }
  async leave(queue: string, name: string, member: string): Promise<void> {
    this.resume(queue, name, member, []);
  }

  trouble(): Error | undefined {
    return undefined;
  }
  listen(events: EngineEvents): void {
    this.#events = events;
  }
  async close(): Promise<void> {
    throw new QueueError('closed', 'Nobody closes this engine.');
  }
}

export interface Recorder extends Receiver {
  readonly grants: Claimed[];
  readonly gaps: Gap[];
  /** The seqs of each grant. */
  seqs(): number[][];
}

/** A receiver that keeps what it is given. */
export const recorder = (): Recorder => {
  const grants: Claimed[] = [];
  const gaps: Gap[] = [];
  return {
    grants,
    gaps,
    grant: (claimed) => void grants.push(claimed),
    gap: (gap) => void gaps.push(gap),
    seqs: () => grants.map(({ frames }) => frames.flatMap((frame) => upTo([frame.firstSeq, frame.lastSeq]))),
  };
};

/** Everything that can happen by itself has happened. */
export const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 50; turns++) await turn();
};

/** A promise that a test resolves. */
export const later = (): { promise: Promise<void>; resolve: () => void } => {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
};
