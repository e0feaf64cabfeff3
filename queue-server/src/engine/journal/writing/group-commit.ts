import { backOffMs, QueueError } from '@typed-queue/contracts';
import type { After, Frame } from '@typed-queue/contracts/wire';
import type { JournalEvent } from '../journal-event.js';
import { DURABLE, type Batch, type BatchWriter, type WriteResult } from './batch-writer.js';
import { PendingFrame, PendingFrames } from './pending-frames.js';
import { RetryLoop } from '../../retry-loop.js';
import type { StorageErrors } from '../storage-errors.js';

/**
 * idle       nothing waits. An append or a roll -> scheduled.
 * scheduled  frames wait, more may join; the deferred step -> busy.
 * busy       one batch, or one roll, is being written and flushed; new frames wait for the next.
 *            Durable -> idle or scheduled. No room -> full. No descriptors or memory -> short. Two failures -> failed.
 * full       all that waited was rejected, appends are refused, and the storage is probed. Room -> idle.
 * short      all that waited was rejected, appends are refused, and preparing a segment is retried with back-off.
 *            Durable -> idle. No room -> full. The storage failed -> failed.
 * failed     appends are refused until a restart.
 *
 * Beside it, a journal may be suspended: appends are refused, and a batch that is being written is written on.
 */
type State =
  { readonly kind: 'idle' } | { readonly kind: 'scheduled' } | { readonly kind: 'busy' } | Refusing;

interface Refusing {
  readonly kind: 'full' | 'short' | 'failed';
  readonly error: QueueError;
}

/** A batch that was written and flushed. */
export interface Flush {
  readonly messages: number;
  readonly ms: number;
}

export interface GroupCommitOptions {
  readonly writer: BatchWriter;
  readonly errors: StorageErrors;
  /** A batch of several frames has at most this many bytes. */
  readonly maxBatchBytes?: number | undefined;
  /** Has the storage room again? */
  readonly hasRoom: () => Promise<boolean>;
  /** How often full storage is probed, in milliseconds. */
  readonly probeMs: number;
  readonly after: After;
  readonly defer: (run: () => void) => void;
  readonly log: (event: JournalEvent) => void;
  readonly steadyNow: () => number;
  readonly measured: (flush: Flush) => void;
  /** A batch became durable. Called before its promises resolve. */
  readonly committed: (batch: Batch) => void;
  /** Appends from a seq on failed. Called before their promises reject. */
  readonly failedFrom: (fromSeq: number) => void;
}

export interface Appending {
  readonly firstSeq: number;
  readonly durable: Promise<void>;
}

interface PendingRoll {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Writing a larger batch would block the event loop for longer than the flush that it saves. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

const RETRY_DELAYS = { minDelayMs: 100, maxDelayMs: 5_000 };

/** Collects frames into batches and makes one batch after the other durable; a `BatchWriter` writes them. */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #pending = new PendingFrames();
  readonly #untilRoom: RetryLoop<true>;
  readonly #untilPrepared: RetryLoop<WriteResult>;
  #rolls: PendingRoll[] = [];
  #state: State = { kind: 'idle' };
  #nextSeq: number;
  #closed: QueueError | undefined;
  #suspended: QueueError | undefined;
  #drained: (() => void) | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#nextSeq = options.writer.nextSeq;
    const { after, probeMs } = options;
    this.#untilRoom = new RetryLoop({
      attempt: async () => (await options.hasRoom()) || undefined,
      delayMs: () => probeMs,
      after,
    });
    this.#untilPrepared = new RetryLoop({
      attempt: () => this.#prepareAgain(),
      delayMs: (failures) => backOffMs(failures, RETRY_DELAYS),
      after,
    });
  }

  /** The seq that the next appended message gets. */
  get nextSeq(): number {
    return this.#nextSeq;
  }
  get bytesWaiting(): number {
    return this.#pending.bytes;
  }

  fault(): QueueError | undefined {
    return this.#suspended ?? ('error' in this.#state ? this.#state.error : undefined);
  }

  /** Rejects what waits, but not what is being written, and refuses appends until `resume`. */
  suspend(error: QueueError): void {
    this.#suspended = error;
    const failed = this.#pending.drainWaiting();
    this.#nextSeq = this.#pending.nextInFlight ?? this.#options.writer.nextSeq;
    this.#rejectAll(failed, error);
  }

  resume(): void {
    this.#suspended = undefined;
  }

  /** Makes sure that there is a segment to write to; without room for one, the state is `full`. */
  async prepare(): Promise<void> {
    this.#state = { kind: 'busy' };
    this.#conclude(await this.#options.writer.prepare());
  }

  append(frame: Frame): Appending {
    const pending = new PendingFrame(frame, this.#nextSeq);
    const refusal = this.#closed ?? this.fault();
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
    throw this.fault() ?? new QueueError('internal', `No message has the seq ${seq}.`);
  }

  roll(): Promise<void> {
    const refusal = this.#closed ?? this.fault();
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#rolls.push({ resolve, reject });
      this.#schedule();
    });
  }

  /** Refuses new appends, and resolves when the earlier ones are durable or rejected. */
  async close(): Promise<void> {
    this.#closed ??= this.#options.errors.closed();
    if (this.#state.kind === 'scheduled' || this.#state.kind === 'busy') {
      await new Promise<void>((resolve) => (this.#drained = resolve));
    }
    await Promise.all([this.#untilRoom.stop(), this.#untilPrepared.stop()]);
  }

  #schedule(): void {
    if (this.#state.kind !== 'idle') return;
    this.#state = { kind: 'scheduled' };
    this.#options.defer(() => void this.#step());
  }

  async #step(): Promise<void> {
    this.#state = { kind: 'busy' };
    if (this.#rolls.length > 0) this.#conclude(await this.#rollNow());
    // What waited may have been rejected by `suspend`.
    else this.#conclude(this.#pending.areWaiting ? await this.#commit() : DURABLE);
  }

  async #commit(): Promise<WriteResult> {
    const { writer, committed, steadyNow, measured, maxBatchBytes = MAX_BATCH_BYTES } = this.#options;
    const batch = this.#pending.nextBatch(Math.min(maxBatchBytes, MAX_BATCH_BYTES));
    const began = steadyNow();
    const written = await writer.write(batch);
    if (written.kind === 'durable') {
      measured({ messages: batch.nextSeq - batch.firstSeq, ms: steadyNow() - began });
      const completed = this.#pending.completeBatch(batch);
      committed(batch);
      for (const pending of completed) pending.resolve();
    }
    return written;
  }

  async #rollNow(): Promise<WriteResult> {
    const written = await this.#options.writer.roll();
    if (written.kind === 'durable') {
      for (const roll of this.#rolls) roll.resolve();
      this.#rolls = [];
    }
    return written;
  }

  #conclude(written: WriteResult): void {
    const { errors, log } = this.#options;
    switch (written.kind) {
      case 'durable':
        this.#state = { kind: 'idle' };
        if (this.#pending.areWaiting || this.#rolls.length > 0) this.#schedule();
        else this.#drained?.();
        return;
      case 'full':
        log({ kind: 'storage-full', error: written.error });
        this.#refuse({ kind: 'full', error: errors.full(written.error) });
        if (!this.#closed) this.#untilRoom.start(() => this.#recover(DURABLE));
        return;
      case 'short':
        log({ kind: 'storage-unavailable', error: written.error });
        this.#refuse({ kind: 'short', error: errors.unavailable(written.error) });
        if (!this.#closed) this.#untilPrepared.start((prepared) => this.#recover(prepared));
        return;
      case 'broken':
        log({ kind: 'storage-failed', error: written.error });
        this.#refuse({ kind: 'failed', error: errors.failed(written.error) });
    }
  }

  #refuse(state: Refusing): void {
    this.#state = state;
    this.#nextSeq = this.#options.writer.nextSeq;
    this.#rejectAll(this.#pending.drain(), state.error);
    this.#drained?.();
  }

  #rejectAll(failed: readonly PendingFrame[], error: QueueError): void {
    const rolls = this.#rolls;
    this.#rolls = [];
    if (failed.length > 0) this.#options.failedFrom(this.#nextSeq);
    for (const waiter of [...failed, ...rolls]) waiter.reject(error);
  }

  /** Undefined while the shortage lasts. */
  async #prepareAgain(): Promise<WriteResult | undefined> {
    const prepared = await this.#options.writer.prepare();
    return prepared.kind === 'short' ? undefined : prepared;
  }

  #recover(prepared: WriteResult): void {
    if (prepared.kind === 'durable') this.#options.log({ kind: 'storage-recovered' });
    this.#conclude(prepared);
  }
}
