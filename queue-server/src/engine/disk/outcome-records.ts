import type { Gap } from '@typed-queue/contracts';
import { encodeFrame, NIL_UUID, type Frame } from '@typed-queue/contracts/wire';
import type { Journal } from '../journal/journal.js';

const READ_BYTES = 1024 * 1024;

/** A frame of values, each written as JSON under the name of its kind. */
export const frameOfValues = (values: readonly { readonly kind: string; readonly value: unknown }[]): Frame =>
  encodeFrame(
    values.map(({ kind, value }) => ({ id: NIL_UUID, event: kind, payload: JSON.stringify(value) })),
  );

export interface ValueVisitor {
  /** Safe to cast to what the journal's owner writes: it is read back under a checksum. */
  readonly values: (values: readonly unknown[], firstSeq: number) => void;
  readonly gap: (gap: Gap) => void;
}

/**
 * Visits all frames of values in a journal, and its gaps, in their order. It begins with seq 1: files that are gone
 * while their mark is there are a gap as well.
 */
export const visitValues = async (journal: Journal, visitor: ValueVisitor): Promise<void> => {
  let next = 1;
  while (next <= journal.lastSeq) {
    const items = await journal.read(next, READ_BYTES);
    for (const item of items) {
      if (item.kind === 'frame') {
        // Safe: the texts of a frame are JSON, proved by its checksum.
        visitor.values(JSON.parse(`[${item.frame.texts()}]`) as unknown[], item.frame.firstSeq);
      } else visitor.gap(item.gap);
      next = (item.kind === 'gap' ? item.gap.to : item.frame.lastSeq) + 1;
    }
    if (items.length === 0) break;
  }
};
