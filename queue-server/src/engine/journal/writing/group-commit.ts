import { QueueError } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import { DURABLE, type Group, type Written } from './group.js';
import type { JournalEvent } from '../journal-event.js';
import type { LogWriter } from './log-writer.js';
import { PendingFrame, PendingFrames } from './pending-frames.js';
import { Probe } from './probe.js';
import { journalClosed, storageFailed, storageFull, storageUnavailable } from '../trouble.js';

/**
 * idle       nothing waits. An append or a roll -> scheduled.
 * scheduled  frames wait, more may join; the deferred step -> busy.
 * busy       one group, or one roll, is being written and flushed; what arrives meanwhile waits for the next.
 *            Done -> idle or scheduled. No room -> full. No descriptors or memory -> short. The disk failed twice -> failed.
 * full       everything that waited was failed, appends are refused, and the disk is probed. Room -> idle.
 * short      everything that waited was failed, appends are refused, and the segment is prepared again, after waits
 *            that grow. Done -> idle. No room -> full. The disk failed -> failed.
 * failed     appends are refused for good.
 */
type State =
  { readonly kind: 'idle' } | { readonly kind: 'scheduled' } | { readonly kind: 'busy' } | Refusing;

interface Refusing {
  readonly kind: 'full' | 'short' | 'failed';
  readonly error: QueueError;
}

export interface GroupCommitOptions {
  readonly dir: string;
  readonly writer: LogWriter;
  /** Has the disk room again? */
  readonly hasRoom: () => Promise<boolean>;
  /** How often a full disk is probed, in milliseconds. */
  readonly probeMs: number;
  /** Runs something once, later, without keeping the process alive; returns how to cancel it. */
  readonly timer: (run: () => void, ms: number) => () => void;
  readonly defer: (run: () => void) => void;
  readonly log: (event: JournalEvent) => void;
  /** A group became durable. Called before its promises resolve. */
  readonly committed: (group: Group) => void;
  /** Appends from a seq on failed. Called before their promises reject. */
  readonly lost: (fromSeq: number) => void;
}

export interface Appending {
  readonly firstSeq: number;
  readonly durable: Promise<void>;
}

interface PendingRoll {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A larger group would hold up the loop for longer than the flush that it saves takes. */
const MAX_GROUP_BYTES = 4 * 1024 * 1024;

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Gathers frames into groups and makes one group after the other durable. */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #pending = new PendingFrames();
  readonly #room: Probe<true>;
  readonly #segment: Probe<Written>;
  #rolls: PendingRoll[] = [];
  #state: State = { kind: 'idle' };
  #nextSeq: number;
  #closed: QueueError | undefined;
  #drained: (() => void) | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#nextSeq = options.writer.nextSeq;
    const { timer, probeMs } = options;
    this.#room = new Probe({
      attempt: async () => (await options.hasRoom()) || undefined,
      delayMs: () => probeMs,
      timer,
    });
    this.#segment = new Probe({
      attempt: () => this.#prepareAgain(),
      delayMs: (failures) => Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS),
      timer,
    });
  }

  /** The seq that the next appended message gets. */
  get nextSeq(): number {
    return this.#nextSeq;
  }
  get bytesWaiting(): number {
    return this.#pending.bytes;
  }

  trouble(): QueueError | undefined {
    return 'error' in this.#state ? this.#state.error : undefined;
  }

  /** Makes sure that there is a segment to write to; without room for one, everything starts out as `full`. */
  async prepare(): Promise<void> {
    this.#state = { kind: 'busy' };
    this.#conclude(await this.#options.writer.prepare());
  }

  append(frame: Frame): Appending {
    const pending = new PendingFrame(frame, this.#nextSeq);
    const refusal = this.#closed ?? this.trouble();
    if (refusal) {
      pending.reject(refusal);
      return pending;
    }
    this.#nextSeq = pending.nextSeq;
    this.#pending.add(pending);
    this.#schedule();
    return pending;
  }

  async whenDurable(seq: number): Promise<void> {
    if (seq < this.#options.writer.nextSeq) return;
    const pending = this.#pending.find(seq);
    if (pending) return pending.durable;
    throw this.trouble() ?? new QueueError('internal', `No message was given the seq ${seq}.`);
  }

  roll(): Promise<void> {
    const refusal = this.#closed ?? this.trouble();
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#rolls.push({ resolve, reject });
      this.#schedule();
    });
  }

  /** Refuses whatever comes from now on, and resolves when what came before is settled. */
  async close(): Promise<void> {
    this.#closed ??= journalClosed(this.#options.dir);
    if (this.#state.kind === 'scheduled' || this.#state.kind === 'busy') {
      await new Promise<void>((resolve) => (this.#drained = resolve));
    }
    await Promise.all([this.#room.stop(), this.#segment.stop()]);
  }

  #schedule(): void {
    if (this.#state.kind !== 'idle') return;
    this.#state = { kind: 'scheduled' };
    this.#options.defer(() => void this.#step());
  }

  async #step(): Promise<void> {
    this.#state = { kind: 'busy' };
    this.#conclude(await (this.#rolls.length > 0 ? this.#rollNow() : this.#commit()));
  }

  async #commit(): Promise<Written> {
    const { writer, committed } = this.#options;
    const group = this.#pending.take(MAX_GROUP_BYTES);
    const written = await writer.write(group);
    if (written.kind === 'durable') {
      const landed = this.#pending.landed(group);
      committed(group);
      for (const pending of landed) pending.resolve();
    }
    return written;
  }

  async #rollNow(): Promise<Written> {
    const written = await this.#options.writer.roll();
    if (written.kind === 'durable') {
      for (const roll of this.#rolls) roll.resolve();
      this.#rolls = [];
    }
    return written;
  }

  #conclude(written: Written): void {
    const { dir, log } = this.#options;
    switch (written.kind) {
      case 'durable':
        this.#state = { kind: 'idle' };
        if (this.#pending.areWaiting || this.#rolls.length > 0) this.#schedule();
        else this.#drained?.();
        return;
      case 'full':
        log({ kind: 'storage-full', error: written.error });
        this.#refuse({ kind: 'full', error: storageFull(dir, written.error) });
        if (!this.#closed) this.#room.start(() => this.#recover(DURABLE));
        return;
      case 'short':
        log({ kind: 'storage-unavailable', error: written.error });
        this.#refuse({ kind: 'short', error: storageUnavailable(dir, written.error) });
        if (!this.#closed) this.#segment.start((prepared) => this.#recover(prepared));
        return;
      case 'broken':
        log({ kind: 'storage-failed', error: written.error });
        this.#refuse({ kind: 'failed', error: storageFailed(dir, written.error) });
    }
  }

  #refuse(state: Refusing): void {
    this.#state = state;
    this.#nextSeq = this.#options.writer.nextSeq;
    const failed = this.#pending.drain();
    const rolls = this.#rolls;
    this.#rolls = [];
    if (failed.length > 0) this.#options.lost(this.#nextSeq);
    for (const waiter of [...failed, ...rolls]) waiter.reject(state.error);
    this.#drained?.();
  }

  /** Undefined while the shortage lasts. */
  async #prepareAgain(): Promise<Written | undefined> {
    const prepared = await this.#options.writer.prepare();
    return prepared.kind === 'short' ? undefined : prepared;
  }

  #recover(prepared: Written): void {
    if (prepared.kind === 'durable') this.#options.log({ kind: 'storage-recovered' });
    this.#conclude(prepared);
  }
}
