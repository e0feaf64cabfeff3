import type { Frame } from '@typed-queue/contracts/wire';
import type { DerivedState } from './derived-state.js';

/** Seals notes and no ids, and records what an opening restores. */
export class RecordedState implements DerivedState {
  readonly note: (nextSeq: number) => string;
  restoredNote: string | undefined;
  /** The first seqs of the frames that no note covers. */
  readonly replayed: number[] = [];

  constructor(note: (nextSeq: number) => string = () => 'note') {
    this.note = note;
  }

  ids(): undefined {
    return undefined;
  }
  idsFrom(_: unknown, nextSeq: number): number {
    return nextSeq;
  }
  restoreNote(text: string): void {
    this.restoredNote = text;
  }
  restoreIds(): void {
    throw new Error('no ids were sealed');
  }
  replay({ firstSeq }: Frame, noted: boolean): void {
    if (!noted) this.replayed.push(firstSeq);
  }
  forget(fromSeq: number): void {
    this.replayed.splice(0, Infinity, ...this.replayed.filter((seq) => seq < fromSeq));
  }
}
