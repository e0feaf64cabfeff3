import type { RecordKind } from './nats-names.js';
import type { StoredRecord } from './record.js';
import { missingMark } from './segment-mark.js';
import type { JournalSource, StoredMark } from './stored-journal.js';

/** How a journal begins in its stream. */
export interface StoredBeginning {
  /** The oldest first; one takes the place of a mark that is gone. */
  readonly marks: readonly StoredMark[];
  /** Somebody else removed the beginning: nothing that this server drops ends in the middle of a segment. */
  readonly isCut: boolean;
}

interface FoundMarks {
  readonly marks: readonly StoredMark[];
  /** Of the first and the last message that the stream has or had. */
  readonly positions: readonly [first: number, last: number];
}

/** What is left before the first mark is the rest of a segment whose own mark is gone. */
export const beginningOf = async (source: JournalSource, found: FoundMarks): Promise<StoredBeginning> => {
  const { marks, positions } = found;
  const [first] = marks;
  if (first?.position === positions[0]) return { marks, isCut: false };
  const rest = await firstBefore(source, first);
  if (rest === undefined) return { marks, isCut: first === undefined && positions[1] > 0 };
  const { header, position } = rest;
  const markedFrom = first?.mark.firstSeq ?? Infinity;
  // Of a log that ended: its seqs are assigned again.
  if (header.firstSeq > markedFrom) return { marks, isCut: false };
  if (header.firstSeq === markedFrom) return { marks, isCut: true };
  return { marks: [{ mark: missingMark(header), position }, ...marks], isCut: true };
};

const firstBefore = async (
  { stream, requests }: JournalSource,
  mark: StoredMark | undefined,
): Promise<StoredRecord | undefined> => {
  // The state that a mark needs is stored before it.
  const kinds: readonly RecordKind[] = mark === undefined ? ['batch', 'owner', 'state'] : ['batch', 'owner'];
  let end = mark?.position ?? Infinity;
  let first: StoredRecord | undefined;
  for (const kind of kinds) {
    const record = await requests.repeat(() => stream.next('leader', kind, 1));
    if (record === undefined || record.position >= end) continue;
    first = record;
    end = record.position;
  }
  return first;
};
