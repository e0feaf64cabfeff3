import { SegmentDropping, type SegmentDroppingOptions } from '../remote/segment-dropping.js';
import { failureOf } from './answer.js';
import { DROP } from './journal-scripts.js';
import type { OwnedStore } from './owned-store.js';
import { redisErrors } from './redis-errors.js';
import type { JournalKeys } from './redis-keys.js';

export interface RedisDroppingOptions extends Omit<SegmentDroppingOptions, 'drop' | 'failure'> {
  readonly name: string;
  readonly store: OwnedStore;
  readonly keys: JournalKeys;
}

/** Drops the segments of a journal and moves its start in one step. */
export const redisDropping = (options: RedisDroppingOptions, logStart: number): SegmentDropping => {
  const { store, keys } = options;
  const drop: SegmentDroppingOptions['drop'] = (dropped, firstSeq) => {
    const seqs = dropped.map(({ segment }) => segment.firstSeq);
    const theirs = seqs.flatMap((seq) => [keys.frames(seq), keys.ids(seq)]);
    const fields = seqs.map((seq) => `segment:${seq}`);
    return store.repeat(() => store.write(DROP, [keys.hash, ...theirs], [firstSeq, ...fields]));
  };
  const errors = redisErrors(options.name);
  const failure = (error: unknown): Error =>
    failureOf(error) === 'short' ? errors.unavailable(error) : errors.failed(error);
  return new SegmentDropping({ ...options, drop, failure }, logStart);
};
