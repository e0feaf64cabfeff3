import type { ErrorCode, Headers, Position } from '@typed-queue/contracts';
import type { ChangeEvent } from '../publishing/event.js';

/** An event that waits for its publication. */
export interface Entry {
  /** The id of the message: a UUID, version 7. */
  readonly _id: string;
  readonly event: ChangeEvent['event'];
  /** JSON text: what is stored as a document could lose the order of its keys, or its times. */
  readonly payload: string;
  readonly headers: Headers;
  /** Which change of which document: see `changeKey`. Unique. */
  readonly change: string;
  /** What changed, as `product/<id>`. */
  readonly document: string;
  /** Of the document after the change; a deletion counts as one. */
  readonly revision: number;
  readonly createdAt: Date;
  /** Where the queue stood before this was published for the first time: if it is there, it is not before. */
  readonly attempt?: Position;
  /** The queue server refused it for good. */
  readonly parked?: Refusal;
}

export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly at: Date;
}

const DIGITS = 12;

/** Sorts the changes of a document by revision. */
export const changeKey = (document: string, revision: number): string =>
  `${document}@${String(revision).padStart(DIGITS, '0')}`;

/**
 * The same entries: those of each document in the order of their revisions, in the places that they had together. The
 * order of the ids is not enough: they come from the clocks of several processes.
 */
export const byRevision = (entries: readonly Entry[]): Entry[] => {
  const sorted = new Map<string, Entry[]>();
  for (const entry of [...entries].sort((a, b) => a.revision - b.revision)) {
    const others = sorted.get(entry.document);
    if (others === undefined) sorted.set(entry.document, [entry]);
    else others.push(entry);
  }
  const taken = new Map<string, number>();
  return entries.flatMap(({ document }) => {
    const place = taken.get(document) ?? 0;
    taken.set(document, place + 1);
    return sorted.get(document)?.[place] ?? [];
  });
};
