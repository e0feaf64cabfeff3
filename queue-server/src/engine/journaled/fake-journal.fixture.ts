import { QueueError } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../engine.js';
import { stored } from '../frames.fixture.js';
import type { DedupState } from '../journal/dedup-state.js';
import type { Journal } from '../journal/journal.js';

interface Waiting {
  readonly frame: Frame;
  readonly firstSeq: number;
  readonly resolve: () => void;
  readonly reject: (error: QueueError) => void;
  readonly durable: Promise<void>;
}

/** What is on the fake disk, and what a restart finds beside it. */
interface Disk {
  readonly items?: readonly LogItem[];
  readonly sealedProducers?: string | undefined;
  readonly replayFrom?: number;
}

export const diskFull = (): QueueError => new QueueError('storage_full', 'The disk is full.');

/** A journal in memory. It writes by itself in the next microtask, or, when `held`, when the test calls `commit`. */
export class FakeJournal implements Journal {
  readonly epoch = 'one';
  readonly sealedProducers: string | undefined;
  readonly replayFrom: number;
  held = false;
  closed = false;
  /** Added to what waits. */
  moreBytes = 0;
  rolls = 0;
  reads = 0;
  /** What a roll waits for, or fails with. */
  rolling: Promise<void> | undefined;
  #items: LogItem[];
  #firstSeq = 1;
  #nextSeq: number;
  #activeFirstSeq: number;
  #waiting: Waiting[] = [];
  #fault: QueueError | undefined;
  readonly #onCommit: ((lastSeq: number) => void)[] = [];
  readonly #onFailedFrom: ((fromSeq: number) => void)[] = [];

  constructor({ items = [], sealedProducers, replayFrom = 1 }: Disk = {}) {
    this.#items = [...items];
    this.sealedProducers = sealedProducers;
    this.replayFrom = replayFrom;
    this.#activeFirstSeq = replayFrom;
    this.#nextSeq = this.lastSeq + 1;
  }

  get firstSeq(): number {
    return this.#firstSeq;
  }
  get lastSeq(): number {
    const last = this.#items.at(-1);
    if (last === undefined) return this.#firstSeq - 1;
    return last.kind === 'gap' ? last.gap.to : last.frame.lastSeq;
  }
  get nextSeq(): number {
    return this.#nextSeq;
  }
  get activeFirstSeq(): number {
    return this.#activeFirstSeq;
  }
  get bytes(): number {
    return this.frames.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  }
  get segments(): Journal['segments'] {
    return [];
  }
  get bytesWaiting(): number {
    return this.#waiting.reduce((sum, { frame }) => sum + frame.bytes.byteLength, this.moreBytes);
  }
  /** What a restart would find. */
  get items(): readonly LogItem[] {
    return this.#items;
  }
  get frames(): readonly Frame[] {
    return this.#items.flatMap((item) => (item.kind === 'frame' ? [item.frame] : []));
  }
  get waiting(): number {
    return this.#waiting.length;
  }

  append(frame: Frame): { firstSeq: number; durable: Promise<void> } {
    const waiting = { frame, firstSeq: this.#nextSeq, ...settler() };
    const refusal = this.closed ? new QueueError('closed', 'The journal is closed.') : this.#fault;
    if (refusal !== undefined) waiting.reject(refusal);
    else {
      this.#nextSeq += frame.count;
      this.#waiting.push(waiting);
      if (!this.held) queueMicrotask(() => this.commit());
    }
    return waiting;
  }

  /** Makes the waiting frames durable, or the first `count` of them. */
  commit(count = this.#waiting.length): void {
    for (const { frame, firstSeq, resolve } of this.#waiting.splice(0, count)) {
      this.#items.push({ kind: 'frame', frame: stored(frame, firstSeq) });
      for (const listener of this.#onCommit) listener(this.lastSeq);
      resolve();
    }
  }

  /** Rejects the waiting frames, and refuses appends until it recovers. */
  fail(error = diskFull()): void {
    const failed = this.#waiting;
    this.#waiting = [];
    this.#fault = error;
    this.#nextSeq = this.lastSeq + 1;
    if (failed.length > 0) for (const listener of this.#onFailedFrom) listener(this.#nextSeq);
    for (const { reject } of failed) reject(error);
  }

  recover(): void {
    this.#fault = undefined;
  }

  /** The bytes of some seqs are found damaged; whole frames only. */
  damage(from: number, to: number): void {
    const at = this.#items.findIndex((item) => item.kind === 'frame' && item.frame.firstSeq === from);
    const end = this.#items.findIndex((item) => item.kind === 'frame' && item.frame.lastSeq === to);
    this.#items.splice(at, end - at + 1, { kind: 'gap', gap: { from, to, reason: 'damage' } });
  }

  /** Restores the deduplication state, as opening a journal does. */
  restore(dedup: DedupState): void {
    if (this.sealedProducers !== undefined) dedup.restoreProducers(this.sealedProducers);
    for (const frame of this.frames) dedup.replay(frame, frame.firstSeq < this.replayFrom);
  }

  async whenDurable(seq: number): Promise<void> {
    if (seq <= this.lastSeq) return;
    const found = this.#waiting.find(({ firstSeq, frame }) => seq < firstSeq + frame.count);
    if (found === undefined) throw new QueueError('internal', `No message has the seq ${seq}.`);
    return found.durable;
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    this.reads++;
    const items: LogItem[] = [];
    let bytes = 0;
    for (const item of this.#items) {
      if ((item.kind === 'gap' ? item.gap.to : item.frame.lastSeq) < fromSeq) continue;
      bytes += item.kind === 'gap' ? 0 : item.frame.bytes.byteLength;
      if (items.length > 0 && bytes > maxBytes) break;
      items.push(item);
    }
    return items;
  }

  follow(): () => void {
    return () => undefined;
  }
  fault(): QueueError | undefined {
    return this.#fault;
  }
  onCommit(listener: (lastSeq: number) => void): void {
    this.#onCommit.push(listener);
  }
  onFailedFrom(listener: (fromSeq: number) => void): void {
    this.#onFailedFrom.push(listener);
  }

  async roll(): Promise<void> {
    await this.rolling;
    this.rolls++;
    this.#activeFirstSeq = this.#nextSeq;
  }
  async dropBefore(seq: number): Promise<void> {
    this.#items = this.#items.filter((item) => item.kind === 'frame' && item.frame.firstSeq >= seq);
    this.#firstSeq = seq;
  }
  async close(): Promise<void> {
    this.closed = true;
    this.commit();
  }
}

const settler = (): Pick<Waiting, 'resolve' | 'reject' | 'durable'> => {
  const { promise, resolve, reject } = withResolvers();
  // Not every caller waits for it.
  promise.catch(() => undefined);
  return { durable: promise, resolve, reject };
};

const withResolvers = (): {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: QueueError) => void;
} => {
  let resolve: () => void = () => undefined;
  let reject: (error: QueueError) => void = () => undefined;
  const promise = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
};
