import { expect, it } from '@jest/globals';
import type { GroupRecord } from '../groups/group-records.js';
import { FakeJournal } from './fake-journal.fixture.js';
import { start } from './group-state-log.fixture.js';
import { GroupStateLog, type GroupStateDamage } from './group-state-log.js';

interface Opened {
  readonly log: GroupStateLog;
  readonly journal: FakeJournal;
}

const open = (journal: FakeJournal, snapshotBytes = 1_000_000): Opened => {
  const snapshot = (): GroupRecord[] => [{ kind: 'snapshot', boot: 99 }];
  const onError = (): void => undefined;
  return {
    log: new GroupStateLog({ journal, copies: undefined, snapshot, snapshotBytes, onError }),
    journal,
  };
};

const replayed = async (journal: FakeJournal) => {
  const { log } = open(new FakeJournal({ items: journal.items }));
  const boots: number[] = [];
  const damages: GroupStateDamage[] = [];
  await log.replay(
    (record) => boots.push('boot' in record ? record.boot : 0),
    (damage) => damages.push(damage),
  );
  return { boots, damages };
};

const written = async (): Promise<FakeJournal> => {
  const { log, journal } = open(new FakeJournal());
  for (const boot of [1, 2, 3]) await log.write(start(boot));
  return journal;
};

it('without copies restores the records of its journal', async () => {
  expect(await replayed(await written())).toEqual({ boots: [1, 2, 3], damages: [] });
});

it('without copies reports that damage may have removed groups', async () => {
  const journal = await written();
  journal.damage(2, 2);
  expect(await replayed(journal)).toEqual({ boots: [1, 3], damages: [{ seqs: [2, 2], loses: 'groups' }] });
});

it('without copies replaces its records by a snapshot', async () => {
  const { log, journal } = open(new FakeJournal(), 1);
  await log.write(start(1));
  await log.durable();
  expect((await replayed(journal)).boots).toEqual([99]);
});

it('without copies has the fault of its journal, and closes it', async () => {
  const { log, journal } = open(new FakeJournal());
  journal.fail();
  expect(log.fault()?.code).toBe('storage_full');
  journal.recover();
  await log.close();
  expect(journal.closed).toBe(true);
});
