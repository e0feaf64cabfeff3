import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { QUEUE, Trial } from '../conformance/trial.fixture.js';
import { causeOf, openForTest } from '../journal/journal.fixture.js';
import { LossyFileSystem } from '../journal/lossy-file-system.fixture.js';
import type { GroupRecord } from '../groups/group-records.js';
import { openDiskEngine } from './open-disk-engine.js';
import { FakeJournal } from '../journaled/fake-journal.fixture.js';
import { GroupStateLog } from '../journaled/group-state-log.js';

const DEAD_LETTER_RETRY_MS = 5_000;

describe('an engine that has no descriptors for a journal of dead letters', () => {
  let disk: LossyFileSystem;
  let errors: unknown[];
  let trial: Trial;

  beforeEach(async () => {
    disk = new LossyFileSystem();
    errors = [];
    const own = { fileSystem: disk, onError: (error: unknown) => errors.push(error) };
    trial = new Trial((steering, dir) => openDiskEngine({ ...steering, ...own, dir }), undefined);
    await trial.start();
  });
  afterEach(() => trial.end());

  it.each(['create', 'write', 'folder', 'read'] as const)(
    'keeps what its groups gave up until a file can be opened again (%s)',
    async (mode) => {
      const count = async (): Promise<number> =>
        (await trial.engine.queue(QUEUE).deadLetters.list({})).letters.length;
      const group = await trial.group();
      await trial.append([1, 2]);
      disk.openFault = (path, opened) =>
        opened === mode && path.includes('dead-letters') ? 'EMFILE' : undefined;
      const { token } = await group.mustClaim('a');
      await (
        await group.settle('a', token, { kind: 'dead-letter', reason: 'never' })
      ).durable;
      expect(await count()).toBe(0);
      disk.openFault = () => undefined;
      for (let retries = 0; retries < 3; retries++) {
        await trial.eventually(() => trial.engine.fault() === undefined);
        trial.time.pass(DEAD_LETTER_RETRY_MS);
        await turn();
      }
      expect(await count()).toBe(2);
      expect(await group.floor()).toBe(3);
      expect(errors).toMatchObject([{ code: 'storage_unavailable' }]);
    },
  );
});

describe('the group state log', () => {
  it('is replaced by a snapshot once descriptors are available again, and loses nothing', async () => {
    const disk = new LossyFileSystem();
    const { journal, tick } = await openForTest(disk, { inlineBytes: 0 });
    let boot = 0;
    const log = new GroupStateLog({
      journal,
      copies: new FakeJournal(),
      snapshotBytes: 500,
      onError: () => undefined,
      snapshot: () => [{ kind: 'snapshot', boot }],
    });
    const write = (): Promise<unknown> => causeOf(log.write({ kind: 'start', boot: ++boot }));
    expect(await write()).toBe('resolved');
    disk.openFault = (_, mode) => (mode === 'create' ? 'EMFILE' : undefined);
    while (log.fault() === undefined) await write();
    expect(log.fault()?.code).toBe('storage_unavailable');
    expect(await write()).toBe('storage_unavailable');
    disk.openFault = () => undefined;
    tick();
    await turn();
    expect(log.fault()).toBeUndefined();
    expect(await write()).toBe('resolved');
    await log.durable();
    await log.close();
    const records: GroupRecord[] = [];
    const { journal: again } = await openForTest(disk.restart('power'));
    const replayed = new GroupStateLog({
      journal: again,
      copies: new FakeJournal(),
      snapshot: () => [],
      onError: () => undefined,
    });
    await replayed.replay(
      (record) => records.push(record),
      () => undefined,
    );
    expect(records.at(-1)).toEqual({ kind: 'snapshot', boot });
  });
});
