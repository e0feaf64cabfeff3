import type { DeadLetterQuery, Durability } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import { setImmediate as turn } from 'node:timers/promises';
import type { Claim, ClaimResult, Settle } from '../engine/claim.js';
import { Time } from '../engine/conformance/time.fixture.js';
import type { Engine, EngineEvents, GroupHandle, LogItem, QueueHandle } from '../engine/engine.js';
import { frameOf } from '../engine/frames.fixture.js';
import { checkOwned } from '../engine/groups/claim-right.js';
import { openMemoryEngine } from '../engine/memory/open-memory-engine.js';
import { upTo } from './recorder.fixture.js';

export const QUEUE = 'files';
const OTHER_QUEUE = 'database';

/** A gate at which all calls fail. */
export const failing = (error: Error): Promise<never> => {
  const gate = Promise.reject(error);
  gate.catch(() => undefined);
  return gate;
};

const noEvents: EngineEvents = {
  committed: () => undefined,
  ready: () => undefined,
  returned: () => undefined,
  passedOver: () => undefined,
  stalled: () => undefined,
  deadLettersExpired: () => undefined,
  deadLettered: () => undefined,
};

/** How many calls are open at once. */
class Overlap {
  most = 0;
  #open = 0;

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.most = Math.max(this.most, ++this.#open);
    try {
      return await work();
    } finally {
      this.#open--;
    }
  }
}

/** A memory engine that records the calls of its handles, and lets a test hold them back. */
export class GatedEngine implements Engine {
  readonly time = new Time();
  /** What calls wait for, and fail with. `durable`: what the outcomes of a settle wait for. */
  readonly gates: Partial<
    Record<'append' | 'claim' | 'read' | 'durable' | 'delete', Promise<void> | undefined>
  > = {};
  /** Of leases that are claimed from now on, where they have to be stored: see `Claimed.mayLeave`. */
  mayLeave: Promise<boolean> | undefined;
  /** Whether no other server may have the queues. */
  isOwner = true;
  /** Called between the end of a claim and its answer. */
  onClaimed: (claimed: ClaimResult) => void = () => undefined;
  /** What a read returns instead. */
  onRead: (items: readonly LogItem[]) => readonly LogItem[] = (items) => items;
  /** Everything that was recorded. */
  readonly appended: Frame['header'][] = [];
  readonly claims: (Claim & { readonly group: string })[] = [];
  readonly settles: Settle[] = [];
  /** Where each read began. */
  readonly reads: number[] = [];
  readonly queries: DeadLetterQuery[] = [];
  readonly abandoned: string[] = [];
  /** Calls of operators, each with its arguments. */
  readonly administered: (readonly [call: string, ...args: unknown[]])[] = [];
  /** What follows the log now. */
  readonly followers = { groups: new Set<string>(), readers: new Set<() => number>() };
  /** How many groups were looked at. */
  groupsRead = 0;
  readonly claiming = new Overlap();
  readonly reading = new Overlap();
  /** What listens to the engine: tests report to it what takes long to bring about. */
  events = noEvents;
  readonly #engine = openMemoryEngine({
    queues: [QUEUE, OTHER_QUEUE].map((name) => ({ name, retention: {} })),
    maxGroups: 2_000,
    now: () => this.time.now,
    random: () => 0,
    after: this.time.after,
  });

  get leaseMs(): number {
    return this.#engine.leaseMs;
  }
  get durability(): Durability {
    return this.#engine.durability;
  }
  get epoch(): string {
    return this.#engine.queue(QUEUE).head().epoch;
  }

  get lastSeq(): number {
    return this.#engine.queue(QUEUE).head().lastSeq;
  }

  backup(): Promise<never> {
    throw new Error('nothing to back up');
  }

  /** Stores messages of one frame; they are committed when it returns. */
  publish(count: number): void {
    this.store(frameOf(upTo([this.lastSeq + 1, this.lastSeq + count])));
  }
  store(frame: Frame): void {
    void this.#engine.queue(QUEUE).append(frame);
  }
  /** Stores messages and removes them, as retention does. */
  async publishRemoved(count: number): Promise<void> {
    this.publish(count);
    await this.#engine.queue(QUEUE).trim(Infinity);
  }

  queue(name: string): QueueHandle {
    const queue = this.#engine.queue(name);
    return {
      append: async (frame, expected) => {
        if (this.gates.append !== undefined) await this.gates.append;
        this.appended.push(frame.header);
        return queue.append(frame, expected);
      },
      head: () => queue.head(),
      checkOwned: () => {
        if (!this.isOwner) checkOwned({ isValid: () => false, onRegained: () => undefined }, name);
      },
      read: (fromSeq, maxBytes) => this.#read(queue, fromSeq, maxBytes),
      follow: (next) => {
        this.followers.readers.add(next);
        return () => void this.followers.readers.delete(next);
      },
      seqAt: (start) => queue.seqAt(start),
      roll: () => queue.roll(),
      trim: (beforeSeq) => this.#administer(['trim', beforeSeq], () => queue.trim(beforeSeq)),
      groups: {
        list: (page) => {
          const groups = queue.groups.list(page);
          this.groupsRead += groups.length;
          return groups;
        },
        positions: () => queue.groups.positions(),
        count: () => queue.groups.count(),
      },
      deadLetters: this.#deadLetters(queue),
    };
  }

  group(queue: string, name: string): GroupHandle {
    const group = this.#engine.group(queue, name);
    return {
      open: (opening) => group.open(opening),
      info: () => {
        this.groupsRead++;
        return group.info();
      },
      message: (seq) => group.message(seq),
      follow: () => {
        this.followers.groups.add(name);
        return () => void this.followers.groups.delete(name);
      },
      claim: (claim) => this.#claim(group, { group: name, ...claim }),
      settle: async (settle) => {
        // Slower than a claim: what needs its result must wait for it.
        await turn();
        this.settles.push(settle);
        const { gates } = this;
        const settled = await group.settle(settle);
        return { ...settled, durable: Promise.all([settled.durable, gates.durable]).then(() => undefined) };
      },
      resume: (member, tokens) => group.resume(member, tokens),
      abandon: (member, end) => {
        this.abandoned.push(member);
        group.abandon(member, end);
      },
      leave: (member) => group.leave(member),
      seek: (to) => this.#administer(['seek', name, to], () => group.seek(to)),
      pause: (paused) => this.#administer(['pause', name, paused], () => group.pause(paused)),
      delete: async () => {
        await this.gates.delete;
        await group.delete();
      },
    };
  }

  listen(events: EngineEvents): void {
    this.events = events;
    this.#engine.listen(events);
  }
  fault(): Error | undefined {
    return this.#engine.fault();
  }
  close(): Promise<void> {
    return this.#engine.close();
  }

  async #claim(group: GroupHandle, claim: Claim & { readonly group: string }): Promise<ClaimResult> {
    this.claims.push(claim);
    return this.claiming.during(async () => {
      await (this.gates.claim ?? turn());
      const claimed = await group.claim(claim);
      this.onClaimed(claimed);
      if (typeof claimed === 'string' || this.mayLeave === undefined) return claimed;
      return { ...claimed, mayLeave: this.mayLeave };
    });
  }

  async #read(queue: QueueHandle, fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    this.reads.push(fromSeq);
    return this.reading.during(async () => {
      await this.gates.read;
      return this.onRead(await queue.read(fromSeq, maxBytes));
    });
  }

  #deadLetters({ deadLetters }: QueueHandle): QueueHandle['deadLetters'] {
    return {
      list: (query) => {
        this.queries.push(query);
        return deadLetters.list(query);
      },
      status: () => deadLetters.status(),
      edit: (position, payload) =>
        this.#administer(['edit', position, payload], () => deadLetters.edit(position, payload)),
      redrive: (letters, options) => {
        const positions = letters.map(({ position }) => position);
        return this.#administer(['redrive', positions, options], () => deadLetters.redrive(letters, options));
      },
      discard: (positions) => this.#administer(['discard', positions], () => deadLetters.discard(positions)),
    };
  }

  #administer<T>(call: readonly [string, ...unknown[]], run: () => Promise<T>): Promise<T> {
    this.administered.push(call);
    return run();
  }
}
