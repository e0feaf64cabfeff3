import type { DeadLetter, Range } from '@typed-queue/contracts';
import { encodeFrame, NIL_UUID, rangesOf, type Draft, type Frame } from '@typed-queue/contracts/wire';
import { letterId, type NewLetter } from '../groups/dead-letters.js';
import type { LetterRun } from './dead-letter-index.js';

/**
 * The records of a journal of dead letters. A letter's event is its group, its payload the letter, and its position
 * its seq, unless a `#moved` record before it says otherwise. No group has a name that begins with `#`.
 */
export type LetterRecord =
  | ({ readonly kind: 'letters' } & LetterRun)
  /** Letters are gone: redriven and settled, discarded, or replaced by the letters of the same frame. */
  | { readonly kind: 'removed'; readonly positions: readonly Range[] }
  /** Letters at these positions were found damaged when the journal was compacted. */
  | { readonly kind: 'damaged'; readonly positions: readonly Range[] };

const REMOVED = '#removed';
const DAMAGED = '#damaged';
/** The letters after it in the frame are copies of those at these positions, and replace them. */
const MOVED = '#moved';

/** A frame of letters has about this many bytes, or one letter: reading one letter reads all of its frame. */
const FRAME_BYTES = 256 * 1024;
/** A frame names at most 255 events. */
const FRAME_GROUPS = 200;

/** A letter as a frame contains it. */
export interface StoredLetter {
  readonly id: string;
  readonly group: string;
  readonly text: string;
}

/** New letters as frames; each removes in the same frame what it replaces, so that both take effect or neither. */
export const framesOfLetters = (letters: readonly NewLetter[]): Frame[] =>
  batches(letters, ({ replaces: _, ...letter }) => ({
    id: letterId(letter),
    event: letter.group,
    payload: JSON.stringify(letter),
  })).map(({ items, drafts }) => {
    const replaced = items.flatMap(({ replaces = [] }) => replaces);
    return encodeFrame(
      replaced.length === 0 ? drafts : [rangesDraft(REMOVED, rangesOf(replaced)), ...drafts],
    );
  });

/** Copies of letters as frames, each with their positions. */
export const framesOfMoved = (letters: readonly (StoredLetter & { readonly position: number })[]): Frame[] =>
  batches(letters, ({ id, group, text }) => ({ id, event: group, payload: text })).map(({ items, drafts }) =>
    encodeFrame([rangesDraft(MOVED, rangesOf(items.map(({ position }) => position))), ...drafts]),
  );

export const removedFrame = (positions: readonly number[]): Frame =>
  encodeFrame([rangesDraft(REMOVED, rangesOf(positions))]);

export const damagedFrame = (positions: readonly Range[]): Frame =>
  encodeFrame([rangesDraft(DAMAGED, positions)]);

/** The letter and its id in a stored frame. */
export const storedLetterAt = (frame: Frame, seq: number): StoredLetter => {
  const index = seq - frame.firstSeq;
  return { id: frame.id(index), group: frame.event(index), text: frame.payloadText(index) };
};

export const letterOf = (position: number, text: string): DeadLetter => {
  // Safe: written by `framesOfLetters` and read back under a checksum.
  return { position, ...(JSON.parse(text) as Omit<DeadLetter, 'position'>) };
};

/** The records of a stored frame, in its order. */
export const recordsOf = (frame: Frame): LetterRecord[] => {
  const records: LetterRecord[] = [];
  let moved: Iterator<number> | undefined;
  for (let index = 0; index < frame.count; index++) {
    const event = frame.event(index);
    const seq = frame.firstSeq + index;
    if (event === MOVED) moved = each(positionsIn(frame, index));
    else if (event === REMOVED) records.push({ kind: 'removed', positions: positionsIn(frame, index) });
    else if (event === DAMAGED) records.push({ kind: 'damaged', positions: positionsIn(frame, index) });
    else {
      const next = moved?.next();
      const position = next === undefined || next.done === true ? seq : next.value;
      records.push({ kind: 'letters', position, seq, count: 1, group: event, bytes: frame.size(index) });
    }
  }
  return records;
};

const rangesDraft = (event: string, positions: readonly Range[]): Draft => ({
  id: NIL_UUID,
  event,
  payload: JSON.stringify({ positions }),
});

const positionsIn = (frame: Frame, index: number): readonly Range[] => {
  // Safe: written by `rangesDraft` and read back under a checksum.
  return (JSON.parse(frame.payloadText(index)) as { readonly positions: readonly Range[] }).positions;
};

function* each(ranges: readonly Range[]): Generator<number, undefined> {
  for (const [from, to] of ranges) for (let position = from; position <= to; position++) yield position;
}

/** Letters in batches that fit into a frame. */
const batches = <T>(
  letters: readonly T[],
  draftOf: (letter: T) => Draft,
): { items: T[]; drafts: Draft[] }[] => {
  const all: { items: T[]; drafts: Draft[]; groups: Set<string>; room: number }[] = [];
  for (const letter of letters) {
    const draft = draftOf(letter);
    let batch = all.at(-1);
    if (batch === undefined || batch.room < draft.payload.length || batch.groups.size >= FRAME_GROUPS) {
      batch = { items: [], drafts: [], groups: new Set(), room: FRAME_BYTES };
      all.push(batch);
    }
    batch.items.push(letter);
    batch.drafts.push(draft);
    batch.groups.add(draft.event);
    batch.room -= draft.payload.length;
  }
  return all;
};
