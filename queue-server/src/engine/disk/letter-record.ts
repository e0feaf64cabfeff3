import type { Range } from '@typed-queue/contracts';
import { type Draft, encodeFrame, type Frame, NIL_UUID } from '@typed-queue/contracts/wire';
import { letterId, type NewLetter, rangesOf } from '../groups/dead-letters.js';
import type { LetterRun } from './letter-index.js';

/**
 * The records of a journal of dead letters. A letter's event is its group, its payload the letter, and its position
 * its seq, unless a `#moved` record in front of it says otherwise. No group has a name that begins with `#`.
 */
export type LetterRecord =
  | ({ readonly kind: 'letters' } & LetterRun)
  /** Letters are gone: redriven and settled, discarded, or replaced by the letters of the same frame. */
  | { readonly kind: 'removed'; readonly positions: readonly Range[] }
  /** Letters at these positions were found damaged before the journal was rewritten. */
  | { readonly kind: 'damaged'; readonly positions: readonly Range[] };

const REMOVED = '#removed';
const DAMAGED = '#damaged';
/** The letters behind it in the frame are copies of those at these positions: the former ones count no more. */
const MOVED = '#moved';

/** A frame of letters has about so many bytes, or one letter: whoever wants one letter reads all of its frame. */
const FRAME_BYTES = 256 * 1024;
/** A frame names at most 255 events. */
const FRAME_GROUPS = 200;

/** A letter as it stands in a frame. */
export interface StoredLetter {
  readonly id: string;
  readonly group: string;
  readonly text: string;
}

/** New letters as frames; what a letter replaces goes in its frame, so that both take effect or neither. */
export const framesOfLetters = (letters: readonly NewLetter[]): Frame[] =>
  batches(letters, ({ replaces: _, ...letter }) => ({
    id: letterId(letter),
    event: letter.group,
    payload: JSON.stringify(letter),
  })).map(({ items, drafts }) => {
    const replaced = items.flatMap(({ replaces = [] }) => replaces);
    return encodeFrame(replaced.length === 0 ? drafts : [noteOf(REMOVED, rangesOf(replaced)), ...drafts]);
  });

/** Copies of letters as frames, each of which says at which positions they are. */
export const framesOfMoved = (letters: readonly (StoredLetter & { readonly position: number })[]): Frame[] =>
  batches(letters, ({ id, group, text }) => ({ id, event: group, payload: text })).map(({ items, drafts }) =>
    encodeFrame([noteOf(MOVED, rangesOf(items.map(({ position }) => position))), ...drafts]),
  );

export const removedFrame = (positions: readonly number[]): Frame =>
  encodeFrame([noteOf(REMOVED, rangesOf(positions))]);

export const damagedFrame = (positions: readonly Range[]): Frame => encodeFrame([noteOf(DAMAGED, positions)]);

/** What a stored frame says, in its order. */
export const recordsOf = (frame: Frame): LetterRecord[] => {
  const records: LetterRecord[] = [];
  let moved: Iterator<number> | undefined;
  for (let place = 0; place < frame.count; place++) {
    const event = frame.event(place);
    const seq = frame.firstSeq + place;
    if (event === MOVED) moved = each(positionsIn(frame, place));
    else if (event === REMOVED) records.push({ kind: 'removed', positions: positionsIn(frame, place) });
    else if (event === DAMAGED) records.push({ kind: 'damaged', positions: positionsIn(frame, place) });
    else {
      const next = moved?.next();
      const position = next === undefined || next.done === true ? seq : next.value;
      records.push({ kind: 'letters', position, seq, count: 1, group: event, bytes: frame.size(place) });
    }
  }
  return records;
};

const noteOf = (event: string, positions: readonly Range[]): Draft => ({
  id: NIL_UUID,
  event,
  payload: JSON.stringify({ positions }),
});

const positionsIn = (frame: Frame, place: number): readonly Range[] => {
  // Safe: written by `noteOf` and read back under a checksum.
  const note = JSON.parse(frame.payloadText(place)) as { readonly positions: readonly Range[] };
  return note.positions;
};

function* each(ranges: readonly Range[]): Generator<number, undefined> {
  for (const [from, to] of ranges) for (let position = from; position <= to; position++) yield position;
}

/** Letters in portions that fit into a frame. */
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
