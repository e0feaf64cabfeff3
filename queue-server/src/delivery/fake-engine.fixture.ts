import {
  QueueError,
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterQuery,
  type DeadLetterStatus,
  type Gap,
  type GroupSettings,
  type Range,
  type Start,
} from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import { setImmediate as turn } from 'node:timers/promises';
import type { Claim, ClaimResult, Returned, Settle, Settled } from '../engine/claim.js';
import type { Appended, Engine, EngineEvents, Head, ReadItem, Redrive } from '../engine/engine.js';
import { frameOf, stored } from '../engine/frames.fixture.js';
import {
  pageOf,
  type GroupInfo,
  type GroupOpening,
  type GroupPage,
  type OpenedGroup,
} from '../engine/group-info.js';
import type { Change } from '../engine/group/change.js';
import { Group } from '../engine/group/group.js';
import type { KnownEvents } from '../engine/group/known-events.js';
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

/** An engine of one queue in memory, in which nothing passes by itself: neither time nor the disk. */
export class FakeEngine implements Engine {
  readonly leaseMs = 30_000;
  readonly durability = 'memory';
  readonly log = new FakeLog();
  now = 0;
  /** What a claim waits for. */
  gate: Promise<void> | undefined;
  /** What `durable` of an outcome waits for. */
  disk: Promise<void> = Promise.resolve();
  /** Seqs of which claims find a hole. */
  hole: Range | undefined;
  /** A member for which claims find nothing. */
  refused = '';
  /** What the next claim fails with. */
  failure: Error | undefined;
  readonly claims: Claim[] = [];
  /** How many claims of one group were open at once, at most. */
  overlapping = 0;
  /** How often a group was looked at. */
  looked = 0;
  /** The dead letters, whatever is asked for, and what was asked for. */
  letters: readonly DeadLetter[] = [];
  readonly queries: DeadLetterQuery[] = [];
  readonly abandoned: string[] = [];
  /** What operators did, in words. */
  readonly done: string[] = [];
  /** What becomes of an append. */
  appending: (frame: Frame) => Promise<Appended> = async () => ({
    ...{ epoch: 'one', durability: 'memory', firstSeq: 1, duplicates: [] },
  });
  #token = 0;
  #open = 0;
  #events: EngineEvents | undefined;
  #made = 0;
  readonly #groups = new Map<string, FakeGroup>();

  /** So many messages more are in the log. */
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
    this.#events?.lettersExpired(QUEUE, group, letters);
  }
  bury(group: string, letters: number): void {
    this.#events?.buried(QUEUE, group, letters);
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
  group(name: string): Group {
    const group = this.#groups.get(name);
    if (group === undefined) throw new QueueError('group_unknown', `There is no group "${name}".`);
    return group.state;
  }

  append(_queue: string, frame: Frame): Promise<Appended> {
    return this.appending(frame);
  }
  head(): Head {
    return this.log.head();
  }
  read(_queue: string, fromSeq: number, maxBytes: number): Promise<readonly ReadItem[]> {
    return this.log.read(fromSeq, maxBytes);
  }
  seqAt(_queue: string, start: Start): Promise<number> {
    return this.log.seqAt(start);
  }
  trim(_queue: string, beforeSeq: number): Promise<void> {
    return this.log.trim(beforeSeq);
  }

  async openGroup(
    _queue: string,
    name: string,
    { start, settings, knows }: GroupOpening,
  ): Promise<OpenedGroup> {
    const floor = await this.log.seqAt(start);
    const policy = { leaseMs: this.leaseMs, maxUnsettled: 10_000, maxAttempts: 6, backOff: () => 1_000 };
    const group: FakeGroup = this.#groups.get(name) ?? {
      state: new Group(floor, policy),
      life: `life ${++this.#made}`,
      ...{ settings: {}, knows: undefined },
    };
    group.knows = knows ?? group.knows;
    if (settings !== undefined) group.settings = settings;
    this.#groups.set(name, group);
    return { floor: group.state.floor, life: group.life, reset: undefined };
  }
  groupInfo(_queue: string, name: string): GroupInfo | undefined {
    const found = this.#groups.get(name);
    if (found === undefined) return undefined;
    this.looked++;
    const { floor, cursor, unsettled } = found.state;
    const common = { paused: false, stalled: false, deadLetters: 0 };
    const { settings, knows } = found;
    return { group: name, floor, cursor, unsettled, settings, knows, passedOver: [], ...common };
  }
  groups(queue = QUEUE, page?: GroupPage): readonly GroupInfo[] {
    return pageOf([...this.#groups.keys()], page).flatMap((name) => this.groupInfo(queue, name) ?? []);
  }
  groupCount(): number {
    return this.#groups.size;
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    this.claims.push(claim);
    this.overlapping = Math.max(this.overlapping, ++this.#open);
    try {
      await (this.gate ?? turn());
      return this.#take(claim);
    } finally {
      this.#open--;
    }
  }

  #take({ group: name, member, concurrency, maxMessages }: Claim): ClaimResult {
    const { failure, hole } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    const group = this.group(name);
    const range = group.candidates({ member, concurrency }, this.log.lastSeq, this.now, maxMessages)
      .ranges[0];
    if (range === undefined) return 'nothing';
    if (member === this.refused) return 'for others';
    const token = ++this.#token;
    if (hole?.[0] === range[0]) {
      const gap: Gap = { from: hole[0], to: hole[1], reason: 'damage' };
      group.skip(hole);
      return { token, frames: [], attempts: [], gaps: [gap] };
    }
    group.claim([range], { token, member, concurrency }, this.now);
    return { token, frames: [stored(frameOf(upTo(range)), range[0])], attempts: [], gaps: [] };
  }

  async settle({ group: name, ...outcome }: Settle): Promise<Settled> {
    // Slower than a claim: whoever wants what an outcome gives back has to wait for it.
    await turn();
    await turn();
    const group = this.group(name);
    const held = group.holds(outcome.token, outcome.member);
    const change = group.settle(outcome, this.now);
    return { ...change, held, settled: rangesOf(change), durable: this.disk };
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

  async seekGroup(_queue: string, name: string, to: Start): Promise<void> {
    this.group(name);
    this.done.push(`${name} goes to ${JSON.stringify(to)}`);
  }
  async pauseGroup(_queue: string, name: string, paused: boolean): Promise<void> {
    this.group(name);
    this.done.push(`${name} ${paused ? 'pauses' : 'goes on'}`);
  }
  async deleteGroup(_queue: string, name: string): Promise<void> {
    this.group(name);
    this.#groups.delete(name);
  }
  async deadLetters(_queue: string, query: DeadLetterQuery): Promise<DeadLetterPage> {
    this.queries.push(query);
    return { letters: this.letters, gaps: [], next: null };
  }
  deadLetterStatus(): DeadLetterStatus & { newest: number } {
    return { letters: this.letters.length, bytes: 0, expired: 0, newest: this.letters.length };
  }
  async redrive(_queue: string, letters: readonly DeadLetter[], options = {}): Promise<Redrive> {
    this.done.push(`redrive ${positionsOf(letters)} ${JSON.stringify(options)}`);
    return { redriven: letters.length, refused: [] };
  }
  async discard(_queue: string, positions: readonly number[]): Promise<number> {
    this.done.push(`discard ${positions.join()}`);
    return positions.length;
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

const rangesOf = ({ changed }: Change): Range[] => changed.map(({ from, to }) => [from, to]);

const positionsOf = (letters: readonly DeadLetter[]): string =>
  letters.map(({ position }) => position).join();
