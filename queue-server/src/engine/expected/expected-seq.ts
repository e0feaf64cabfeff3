import { QueueError } from '@typed-queue/contracts';

/** What must hold when messages are appended. */
export interface ExpectedSeq {
  /** The last seq of the key, or without a key of the queue; 0: there is none. */
  readonly seq: number;
  readonly key: string | undefined;
  /** Called when the messages have their place in the log: what is appended later comes after them. */
  readonly accepted?: (() => void) | undefined;
}

const KEY_SHOWN = 100;

/** Another message came in between, or the expectation was wrong. `actualSeq` as `ExpectedSeq.seq`. */
export const seqConflict = ({ seq: expectedSeq, key }: ExpectedSeq, actualSeq: number): QueueError => {
  const of = key === undefined ? 'of the queue' : `with the key "${key.slice(0, KEY_SHOWN)}"`;
  const found =
    actualSeq === 0 ? `There is no message ${of}` : `The last message ${of} has the seq ${actualSeq}`;
  const expected = expectedSeq === 0 ? 'none was expected' : `${expectedSeq} was expected`;
  return new QueueError(
    'seq_conflict',
    `${found}, and ${expected}. Nothing was stored: read what there is up to the actual seq, and decide again.`,
    { details: { expectedSeq, actualSeq, ...(key !== undefined && { key }) } },
  );
};
