import type { PassedOver } from '@typed-queue/contracts';
import type { Change } from '../group/change.js';
import type { GroupRecords } from './group-records.js';
import { storedRun, type Clocks } from './stored-run.js';

export interface GroupNotesParts {
  readonly queue: string;
  readonly group: string;
  readonly outcomes: GroupRecords;
  readonly clocks: Clocks;
  readonly onError: (error: unknown) => void;
}

/** Writes down what becomes of one group's messages. */
export class GroupNotes {
  readonly #parts: GroupNotesParts;

  constructor(parts: GroupNotesParts) {
    this.#parts = parts;
  }

  /** Resolves when the change is durable. Who need not know does not wait: losing it only means a redelivery. */
  write(
    { changed, failures }: Pick<Change, 'changed' | 'failures'>,
    passedOver: readonly PassedOver[] = [],
  ): Promise<void> {
    const { queue, group, outcomes, clocks, onError } = this.#parts;
    if (changed.length === 0) return outcomes.durable();
    const runs = changed.map((run) => storedRun(run, clocks));
    const why = failures.length === 0 ? {} : { failures };
    const passed = passedOver.length === 0 ? {} : { passedOver };
    const written = outcomes.write({ kind: 'changes', queue, group, runs, ...why, ...passed });
    written.catch(onError);
    return written;
  }
}
