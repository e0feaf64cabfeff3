import type { PassedOver } from '@typed-queue/contracts';
import type { GroupNotes } from './group-notes.js';
import type { GroupEntry } from './registry.js';
import type { Redrives } from './redrives.js';
import type { EventRange } from './sift.js';

export interface PassingOverParts {
  readonly open: GroupEntry;
  readonly notes: GroupNotes;
  readonly redrives: Pick<Redrives, 'passed'>;
  /** Told once for each event. */
  readonly onEvent: (event: string, firstSeq: number) => void;
}

/** Passes over messages whose event no member of a group knows, and counts them. */
export class PassingOver {
  readonly #parts: PassingOverParts;

  constructor(parts: PassingOverParts) {
    this.#parts = parts;
  }

  add(all: readonly EventRange[]): void {
    const { open, notes, redrives, onEvent } = this.#parts;
    for (const { event, range } of all) {
      const change = open.state.skip(range);
      const [first] = change.changed;
      if (first === undefined) continue;
      const count = change.changed.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      const before = open.passedOver.get(event);
      const passed = added(before, { event, firstSeq: first.from, count });
      open.passedOver.set(event, passed);
      redrives.passed(change);
      void notes.write(change, [passed]);
      if (before === undefined) onEvent(event, passed.firstSeq);
    }
  }
}

const added = (before: PassedOver | undefined, more: PassedOver): PassedOver => {
  if (before === undefined) return more;
  const firstSeq = Math.min(before.firstSeq, more.firstSeq);
  return { event: more.event, firstSeq, count: before.count + more.count };
};
