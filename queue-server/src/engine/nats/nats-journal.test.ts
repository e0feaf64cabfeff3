import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import fc from 'fast-check';
import { NatsProcess } from '../../reliability/nats-process.js';
import { compareWithLists, triedOptions, type TriedJournal } from '../journal/journal-model.suite.js';
import { appendEach, readBack, textsOf } from '../journal/journal.fixture.js';
import type { JournalOptions } from '../journal/journal.js';
import { openForTest, TestStore } from './nats-journal.fixture.js';
import { describeWithNats } from './nats.fixture.js';

describeWithNats('a journal in NATS', () => {
  let nats: NatsProcess;
  let store: TestStore;
  beforeAll(async () => {
    nats = await NatsProcess.start();
  });
  afterAll(() => nats.stop());
  beforeEach(async () => {
    store = await TestStore.connect(nats.url);
  });
  afterEach(() => store.close());

  it('behaves like a list', async () => {
    const inNats = (chosen: Partial<JournalOptions>): TriedJournal => {
      const prefix = newId();
      let own: TestStore | undefined;
      return {
        open: async () =>
          (await openForTest((own = await TestStore.connect(nats.url, { prefix })), chosen)).journal,
        restart: async () => own?.close(),
        end: async () => own?.close(),
      };
    };
    await compareWithLists(fc.record(triedOptions), 40, inNats);
  });

  it('has what was stored when it is opened again', async () => {
    const { journal } = await openForTest(store);
    await appendEach(journal, [['one'], ['two', 'three']]);
    await journal.close();
    const { journal: again } = await openForTest(store);
    expect(textsOf(await readBack(again))).toEqual(['one', 'two', 'three']);
  });
});
