import type { Frame } from '@typed-queue/contracts/wire';
import type { DedupState } from './dedup-state.js';

/** Has producer snapshots and no ids, and records what an opening restores. */
export class RecordedDedupState implements DedupState {
  readonly producerSnapshot: (nextSeq: number) => string;
  restoredProducers: string | undefined;
  /** The first seqs of the frames that no producer snapshot covers. */
  readonly replayed: number[] = [];

  constructor(producerSnapshot: (nextSeq: number) => string = () => 'producers') {
    this.producerSnapshot = producerSnapshot;
  }

  ids(): undefined {
    return undefined;
  }
  idsFrom(_: unknown, nextSeq: number): number {
    return nextSeq;
  }
  restoreProducers(snapshot: string): void {
    this.restoredProducers = snapshot;
  }
  restoreIds(): void {
    throw new Error('no footer has ids');
  }
  replay({ firstSeq }: Frame, inSnapshot: boolean): void {
    if (!inSnapshot) this.replayed.push(firstSeq);
  }
  forget(fromSeq: number): void {
    this.replayed.splice(0, Infinity, ...this.replayed.filter((seq) => seq < fromSeq));
  }
}
