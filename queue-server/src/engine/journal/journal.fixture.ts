import { newId, type Range } from '@typed-queue/contracts';
import { encodeFrame, NIL_UUID, type Frame } from '@typed-queue/contracts/wire';
import type { FileSystem } from './file-system.js';
import type { JournalEvent } from './journal-event.js';
import type { Journal } from './journal.js';
import { openJournal, type FolderOptions } from './open-journal.js';

export const DIR = '/data/log';

/** A frame of messages with these texts. */
export const frameOf = (texts: readonly string[]): Frame =>
  encodeFrame(texts.map((text) => ({ id: newId(), event: 'said', payload: JSON.stringify(text) })));

export interface OpenedForTest {
  readonly journal: Journal;
  readonly events: JournalEvent[];
  /** Runs all timers. */
  readonly tick: () => void;
}

/** A journal that writes without delay, at the time 1000 by default. */
export const openForTest = async (
  fileSystem: FileSystem,
  options: Partial<FolderOptions> = {},
): Promise<OpenedForTest> => {
  const events: JournalEvent[] = [];
  let waiting: (() => void)[] = [];
  const journal = await openJournal({
    dir: DIR,
    fileSystem,
    now: () => 1000,
    steadyNow: () => 0,
    newEpoch: () => NIL_UUID,
    cacheBytes: 0,
    defer: queueMicrotask,
    after: (_ms, run) => {
      waiting.push(run);
      return () => (waiting = waiting.filter((other) => other !== run));
    },
    log: (event) => events.push(event),
    ...options,
  });
  const tick = (): void => {
    const due = waiting;
    waiting = [];
    for (const run of due) run();
  };
  return { journal, events, tick };
};

export interface ReadBack {
  /** The text of each message, by its seq. */
  readonly texts: ReadonlyMap<number, string>;
  readonly gaps: readonly Range[];
  readonly times: readonly number[];
}

/** Reads a whole journal in steps of some bytes, and checks that every seq of it comes exactly once, in order. */
export const readBack = async (journal: Journal, maxBytes = 256): Promise<ReadBack> => {
  const texts = new Map<number, string>();
  const gaps: Range[] = [];
  const times: number[] = [];
  let next = journal.firstSeq;
  while (next <= journal.lastSeq) {
    const items = await journal.read(next, maxBytes);
    if (items.length === 0) throw new Error(`nothing to read at ${next} of ${journal.lastSeq}`);
    for (const item of items) {
      const from = item.kind === 'frame' ? item.frame.firstSeq : item.gap.from;
      if (from !== next) throw new Error(`read ${from} where ${next} was due`);
      if (item.kind === 'frame') {
        next = item.frame.lastSeq + 1;
        times.push(item.frame.header.time);
        for (let index = 0; index < item.frame.count; index++) {
          texts.set(from + index, String(JSON.parse(item.frame.payloadText(index))));
        }
      } else {
        next = item.gap.to + 1;
        gaps.push([from, item.gap.to]);
      }
    }
  }
  return { texts, gaps, times };
};

export const textsOf = ({ texts }: ReadBack): string[] => [...texts.values()];

/** Appends frames one after the other, each in a batch of its own. */
export const appendEach = async (journal: Journal, frames: readonly (readonly string[])[]): Promise<void> => {
  for (const texts of frames) await journal.append(frameOf(texts)).durable;
};

export const causeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) =>
      typeof error === 'object' && error !== null && 'code' in error ? error.code : String(error),
  );
