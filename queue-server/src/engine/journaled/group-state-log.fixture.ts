import type { GroupRecord } from '../groups/group-records.js';
import { FakeJournal } from './fake-journal.fixture.js';
import { GroupStateLog, type GroupStateLogDeps } from './group-state-log.js';

export interface Opened {
  readonly journal: FakeJournal;
  readonly copies: FakeJournal;
  readonly log: GroupStateLog;
  readonly errors: unknown[];
}

/** The records of these tests are starts of a server; all of them together make the last. */
export const start = (boot: number): GroupRecord => ({ kind: 'start', boot });

/** A log over new journals, unless others are given. */
export const open = ({
  journal = new FakeJournal(),
  copies = new FakeJournal(),
  snapshot = (): GroupRecord[] => [{ kind: 'snapshot', boot: 99 }],
  snapshotBytes = 1_000_000,
  later = setTimeout,
}: Partial<
  Omit<GroupStateLogDeps, 'journal' | 'copies'> & Pick<Opened, 'journal' | 'copies'>
> = {}): Opened => {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const log = new GroupStateLog({ journal, copies, snapshot, snapshotBytes, onError, later });
  return { journal, copies, log, errors };
};

export const replayed = async (journal: FakeJournal): Promise<number[]> => {
  const { log } = open({ journal: new FakeJournal({ items: journal.items }) });
  const boots: number[] = [];
  await log.replay(
    (record) => boots.push('boot' in record ? record.boot : 0),
    ({ seqs: [from, to] }) => boots.push(-from, -to),
  );
  return boots;
};
