import type { GroupRecord } from '../groups/group-records.js';
import { FakeJournal } from './fake-journal.fixture.js';
import { GroupStateLog } from './group-state-log.js';

export interface Opened {
  readonly journal: FakeJournal;
  readonly copies: FakeJournal;
  readonly log: GroupStateLog;
  readonly errors: unknown[];
}

/** The records of these tests are starts of a server; all of them together make the last. */
export const start = (boot: number): GroupRecord => ({ kind: 'start', boot });

export const open = (
  journal = new FakeJournal(),
  snapshotBytes = 1_000_000,
  snapshot = (): GroupRecord[] => [{ kind: 'snapshot', boot: 99 }],
  copies = new FakeJournal(),
): Opened => {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const log = new GroupStateLog({ journal, copies, snapshot, snapshotBytes, onError });
  return { journal, copies, log, errors };
};

export const replayed = async (journal: FakeJournal): Promise<number[]> => {
  const { log } = open(new FakeJournal({ items: journal.items }));
  const boots: number[] = [];
  await log.replay(
    (record) => boots.push('boot' in record ? record.boot : 0),
    ({ seqs: [from, to] }) => boots.push(-from, -to),
  );
  return boots;
};
