import type { Retention } from '@typed-queue/contracts';
import { Duplicates } from '../dedup/duplicates.js';
import { frameOf } from '../frames.fixture.js';
import { FakeJournal } from './fake-journal.fixture.js';
import { QueueLog } from './queue-log.js';

const HOUR_MS = 3_600_000;
const never = () => () => undefined;

export interface Opened {
  readonly log: QueueLog;
  readonly journal: FakeJournal;
  readonly duplicates: Duplicates;
  readonly clock: { now: number };
}

export const open = (journal = new FakeJournal(), retention: Retention = {}): Opened => {
  const duplicates = new Duplicates();
  journal.restore(duplicates);
  const clock = { now: 1_000 };
  const rules = { retention, now: () => clock.now, after: never, onError: () => undefined };
  const log = new QueueLog(journal, duplicates, rules);
  return { log, journal, duplicates, clock };
};

/** The ids of a journal by seq. */
export const idsIn = (journal: FakeJournal): string[] =>
  journal.frames.flatMap((frame) => Array.from({ length: frame.count }, (_, index) => frame.id(index)));

/** Publishes until no earlier id is known. */
export const forgetIds = async ({ log, clock }: Opened): Promise<void> => {
  for (const number of [901, 902]) {
    clock.now += HOUR_MS;
    await log.append(frameOf([number]));
  }
  clock.now += HOUR_MS;
  await log.append(frameOf([903]));
};
