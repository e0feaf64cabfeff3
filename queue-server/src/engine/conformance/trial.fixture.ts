import type { DeadLetterRetention, GroupSettings, Retention, Start } from '@typed-queue/contracts';
import { type Draft, encodeFrame, type FrameOrigin, type FrameReceipt } from '@typed-queue/contracts/wire';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Engine, LogItem, QueueHandle } from '../engine.js';
import { draftOf, frameOf } from '../frames.fixture.js';
import type { GroupInfo } from '../group-info.js';
import type { LocalOptions } from '../local-options.js';
import { Time } from './time.fixture.js';
import { TrialGroup } from './trial-group.fixture.js';

export const QUEUE = 'files';
export const OTHER_QUEUE = 'database';
export const LEASE_MS = 30_000;
export const GRACE_MS = 5_000;
export const MAX_UNSETTLED = 50;
export const MAX_GROUPS = 20;

/** What every engine has to take from a test. */
type Steering = Required<
  Pick<LocalOptions, 'queues' | 'leaseMs' | 'graceMs' | 'maxUnsettled' | 'maxGroups' | 'now' | 'after'>
>;

interface GroupOptions {
  readonly start?: Start;
  readonly name?: string;
  readonly queue?: string;
  readonly settings?: GroupSettings;
}

/** Opens an engine. The folder is the test's own; what is opened in it again must find what was there. */
export type OpenEngine = (steering: Steering, dir: string) => Engine | Promise<Engine>;

/** Damages a stored message, known by its number, of an engine that is closed; others must stay whole. */
export type DamageEngine = (dir: string, queue: string, number: number) => Promise<void>;

/** One engine for one test, over a clock that the test moves. */
export class Trial {
  readonly time = new Time();
  /**
   * The reported events, in order: `committed files 3` (with the head), `ready files g`, `returned files g a 7 1-2`
   * (member, token, ranges), `stalled files g 9`, `expired files g 3`, `dead-lettered files g 1`,
   * `passed over files g save 7` (event, first seq).
   */
  readonly reported: string[] = [];
  readonly #open: OpenEngine;
  readonly #damage: DamageEngine | undefined;
  #dir = '';
  #retention: Retention = {};
  #maxGroups = MAX_GROUPS;
  #letterBounds: DeadLetterRetention = {};
  #engine: Engine | undefined;

  constructor(open: OpenEngine, damage: DamageEngine | undefined) {
    this.#open = open;
    this.#damage = damage;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('the engine of this trial is closed');
    return this.#engine;
  }

  async start(): Promise<void> {
    if (this.#dir === '') this.#dir = await mkdtemp(join(tmpdir(), 'engine-'));
    const engine = await this.#open(
      {
        queues: [
          { name: QUEUE, retention: this.#retention, deadLetters: this.#letterBounds },
          { name: OTHER_QUEUE, retention: {} },
        ],
        leaseMs: LEASE_MS,
        graceMs: GRACE_MS,
        maxUnsettled: MAX_UNSETTLED,
        maxGroups: this.#maxGroups,
        now: () => this.time.now,
        after: this.time.after,
      },
      this.#dir,
    );
    engine.listen({
      committed: (queue) => this.reported.push(`committed ${queue} ${engine.queue(queue).head().lastSeq}`),
      ready: (queue, group) => this.reported.push(`ready ${queue} ${group}`),
      returned: (queue, group, { member, token, ranges }) => {
        const seqs = ranges.map((range) => range.join('-')).join();
        this.reported.push(`returned ${queue} ${group} ${member} ${token} ${seqs}`);
      },
      stalled: (...what) => this.reported.push(`stalled ${what.join(' ')}`),
      deadLettersExpired: (...what) => this.reported.push(`expired ${what.join(' ')}`),
      deadLettered: (queue, group, counts) =>
        this.reported.push(`dead-lettered ${queue} ${group} ${[...counts].flat().join(' ')}`),
      passedOver: (...what) => this.reported.push(`passed over ${what.join(' ')}`),
    });
    this.#engine = engine;
  }

  /** Stops the engine, and starts it again a moment later. */
  async restart(): Promise<void> {
    await this.#close();
    this.time.now += 1_000;
    await this.start();
  }

  /** As `restart`, with another retention of the queue. */
  async retain(retention: Retention): Promise<void> {
    this.#retention = retention;
    await this.restart();
  }

  /** As `restart`, with another retention of its dead letters. */
  async retainLetters(bounds: DeadLetterRetention): Promise<void> {
    this.#letterBounds = bounds;
    await this.restart();
  }

  /** As `restart`, with another limit of groups per queue. */
  async limitGroups(maxGroups: number): Promise<void> {
    this.#maxGroups = maxGroups;
    await this.restart();
  }

  /** As `restart`, with a message damaged on the disk in between. */
  async restartDamaged(queue: string, number: number): Promise<void> {
    if (this.#damage === undefined) throw new Error('this engine was given no way to damage what it stores');
    await this.#close();
    await this.#damage(this.#dir, queue, number);
    await this.start();
  }

  async end(): Promise<void> {
    await this.#close();
    await rm(this.#dir, { recursive: true });
  }

  /** Appends one frame of messages that are known by their numbers. */
  append(numbers: readonly number[], origin?: FrameOrigin, queue = QUEUE): Promise<FrameReceipt> {
    return this.engine.queue(queue).append(frameOf(numbers, origin));
  }

  /** Appends one frame of messages that differ from others in more than their numbers: 1, 2, 3 … */
  appendDrafts(drafts: readonly Partial<Draft>[]): Promise<FrameReceipt> {
    return this.engine
      .queue(QUEUE)
      .append(encodeFrame(drafts.map((draft, index) => ({ ...draftOf(index + 1), ...draft }))));
  }

  /** Resolves when something that the engine does by itself is done; Jest's timeout ends a wait in vain. */
  async eventually(done: () => boolean): Promise<void> {
    while (!done()) await setTimeout(1);
  }

  /** Everything that is stored from a seq on, read in steps of `maxBytes`. */
  async readAll(fromSeq = 1, maxBytes = 1, queue = QUEUE): Promise<LogItem[]> {
    const all: LogItem[] = [];
    for (let next = fromSeq; ;) {
      const items = await this.engine.queue(queue).read(next, maxBytes);
      const last = items.at(-1);
      if (last === undefined) return all;
      all.push(...items);
      next = (last.kind === 'gap' ? last.gap.to : last.frame.lastSeq) + 1;
    }
  }

  /** The stored ids by seq, a gap as one text. */
  async stored(queue = QUEUE): Promise<string[]> {
    return (await this.readAll(1, 1024, queue)).flatMap((item) =>
      item.kind === 'gap'
        ? [`gap ${item.gap.from} to ${item.gap.to}: ${item.gap.reason}`]
        : Array.from({ length: item.frame.count }, (_, index) => item.frame.id(index)),
    );
  }

  async group({
    start = 'start',
    name = 'g',
    queue = QUEUE,
    settings,
  }: GroupOptions = {}): Promise<TrialGroup> {
    await this.engine.group(queue, name).open({ start, settings });
    return new TrialGroup(() => this.engine, queue, name);
  }

  get deadLetters(): QueueHandle['deadLetters'] {
    return this.engine.queue(QUEUE).deadLetters;
  }

  /** All groups of the queue. */
  get groups(): readonly GroupInfo[] {
    return this.engine.queue(QUEUE).groups.list();
  }

  async #close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.close();
  }
}
