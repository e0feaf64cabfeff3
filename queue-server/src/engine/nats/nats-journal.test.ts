import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import fc from 'fast-check';
import { NatsProcess } from '../../reliability/nats-process.js';
import { RecordedDedupState } from '../journal/dedup-state.fixture.js';
import { compareWithLists, triedOptions, type TriedJournal } from '../journal/journal-model.suite.js';
import { appendEach, causeOf, frameOf, readBack, textsOf } from '../journal/journal.fixture.js';
import type { JournalOptions } from '../journal/journal.js';
import { firstSeqOf, LOOKUP } from '../log/scan.js';
import { openForTest, TestStore } from './nats-journal.fixture.js';
import { StreamNames } from './nats-names.js';
import { SEGMENT_RECORDS } from './nats-writer.js';
import { describeWithNats } from './nats.fixture.js';

/** Each is in a segment of its own. */
const LARGE = [['a'.repeat(200)], ['b'.repeat(200)], ['c'.repeat(200)]];

describeWithNats('a journal in NATS', () => {
  let nats: NatsProcess;
  let store: TestStore;
  let names: StreamNames;
  beforeAll(async () => {
    nats = await NatsProcess.start();
  });
  afterAll(() => nats.stop());
  beforeEach(async () => {
    store = await TestStore.connect(nats.url);
    names = new StreamNames(store.prefix, 'log');
  });
  afterEach(() => store.close());

  const positions = async (): Promise<number> => (await store.jsm.streams.info(names.stream)).state.messages;
  /** Removes the last batch that was stored. */
  const removeLastBatch = async (): Promise<void> => {
    const last = await store.jsm.streams.getMessage(names.stream, { last_by_subj: names.subject('batch') });
    await store.jsm.streams.deleteMessage(names.stream, last?.seq ?? 0);
  };

  it('behaves like a list', async () => {
    const inNats = (chosen: Partial<JournalOptions>): TriedJournal => {
      const prefix = newId();
      let own: TestStore | undefined;
      const open = async () => openForTest((own = await TestStore.connect(nats.url, { prefix })), chosen);
      return {
        open: async () => (await open()).journal,
        restart: async () => own?.close(),
        end: async () => own?.close(),
      };
    };
    await compareWithLists(fc.record(triedOptions), 40, inNats);
  });

  it('has the epoch, the seqs, the bytes and the time that it had, when it is opened again', async () => {
    const { journal } = await openForTest(store, { segmentBytes: 300, now: () => 5_000 });
    await appendEach(journal, LARGE);
    await journal.close();
    const { journal: again } = await openForTest(store, { segmentBytes: 300, now: () => 1_000 });
    expect(again.segments).toEqual(journal.segments);
    expect([again.epoch, again.nextSeq, again.bytes]).toEqual([journal.epoch, 4, journal.bytes]);
    await appendEach(again, [['later']]);
    expect((await readBack(again)).times).toEqual([5_000, 5_000, 5_000, 5_000]);
  });

  it('rolls the active segment when it has 4,096 records, however few bytes they take', async () => {
    const { journal } = await openForTest(store);
    const segmentOf = (seq: number) => journal.segments.findLast(({ firstSeq }) => firstSeq <= seq)?.firstSeq;
    for (let seq = 1; seq <= SEGMENT_RECORDS + 1; seq++) await journal.append(frameOf(['small'])).durable;
    expect(journal.segments).toHaveLength(2);
    expect(segmentOf(SEGMENT_RECORDS)).toBe(1);
    await journal.close();
    const { journal: again } = await openForTest(store);
    expect(again.segments).toEqual(journal.segments);
    expect((await readBack(again, 64 * 1024)).texts.size).toBe(SEGMENT_RECORDS + 1);
  });

  it('removes what segments had that are dropped, and knows after a restart that it was on purpose', async () => {
    const { journal } = await openForTest(store, { segmentBytes: 300 });
    await appendEach(journal, LARGE);
    const before = await positions();
    await journal.dropBefore(3);
    expect(before - (await positions())).toBe(4);
    await journal.close();
    const { journal: again } = await openForTest(store);
    expect((await again.read(1, 1))[0]).toEqual({
      kind: 'gap',
      gap: { from: 1, to: 2, reason: 'retention' },
    });
  });

  it('takes what is dropped during a read for dropped, and not for damaged', async () => {
    const { journal, events } = await openForTest(store, { segmentBytes: 300 });
    await appendEach(journal, LARGE);
    const [dropped] = await Promise.all([journal.read(1, 1_000), journal.dropBefore(3)]);
    expect([1, 3]).toContain(dropped.map(firstSeqOf).at(-1));
    expect(events.filter(({ kind }) => kind === 'gap')).toEqual([]);
  });

  it('reads many small batches, and each of them alone', async () => {
    const { journal } = await openForTest(store);
    const texts = Array.from({ length: 100 }, (_, number) => `${number}`);
    await appendEach(
      journal,
      texts.map((text) => [text]),
    );
    await journal.close();
    const { journal: again } = await openForTest(store);
    expect(textsOf(await readBack(again, 100_000))).toEqual(texts);
    const alone = await Promise.all(texts.map((_, index) => again.read(index + 1, LOOKUP)));
    expect(alone.map((items) => items.map(firstSeqOf))).toEqual(texts.map((_, index) => [index + 1]));
  });

  describe('with the state of deduplication', () => {
    it('restores the newest snapshot, and replays what it does not cover', async () => {
      const { journal } = await openForTest(store, {
        segmentBytes: 300,
        dedup: new RecordedDedupState((nextSeq) => `before ${nextSeq}`),
      });
      await appendEach(journal, LARGE);
      await journal.close();
      const dedup = new RecordedDedupState();
      await openForTest(store, { dedup });
      expect([dedup.restoredProducers, dedup.replayed]).toEqual(['before 3', [3]]);
    });

    it('keeps the snapshot when the segments that it covers are dropped', async () => {
      const { journal } = await openForTest(store, { segmentBytes: 300, dedup: new RecordedDedupState() });
      await appendEach(journal, LARGE);
      await journal.dropBefore(3);
      await journal.close();
      const dedup = new RecordedDedupState();
      await openForTest(store, { dedup });
      expect(dedup.restoredProducers).toBe('producers');
    });

    it('stores ids with the segments, in as many records as they need', async () => {
      const ids = new Uint8Array(3 * 1024 * 1024).fill(7);
      const restored: unknown[] = [];
      const dedup = Object.assign(new RecordedDedupState(), {
        ids: () => ids,
        idsFrom: () => 1,
        restoreIds: (...what: unknown[]) => restored.push(what),
      });
      const { journal } = await openForTest(store, { dedup, now: () => 1_000 });
      await appendEach(journal, [['one', 'two']]);
      await journal.roll();
      await journal.close();
      await openForTest(store, { dedup });
      expect(restored).toEqual([[Buffer.from(ids), 3, 1_000]]);
    });
  });

  describe('with a record that is gone', () => {
    it('says exactly which messages are missing', async () => {
      const { journal, events } = await openForTest(store);
      await appendEach(journal, [['one'], ['two', 'three'], ['four']]);
      await store.jsm.streams.deleteMessage(names.stream, 3);
      const missing = { kind: 'gap', gap: { from: 2, to: 3, reason: 'damage' } };
      expect(await journal.read(2, LOOKUP)).toMatchObject([missing, { frame: { firstSeq: 4 } }]);
      expect(await journal.read(1, 10_000)).toMatchObject([
        { frame: { firstSeq: 1 } },
        missing,
        { frame: { firstSeq: 4 } },
      ]);
      expect(events).toEqual([{ kind: 'gap', file: `${names.stream}/1`, seqs: [2, 3] }]);
    });

    it('says so at the end of a segment', async () => {
      const { journal } = await openForTest(store);
      await appendEach(journal, [['one'], ['two']]);
      await journal.roll();
      await appendEach(journal, [['three']]);
      await store.jsm.streams.deleteMessage(names.stream, 3);
      expect((await readBack(journal)).gaps).toEqual([[2, 2]]);
    });

    it('assigns no seq again that a message at the end of the log had', async () => {
      const { journal } = await openForTest(store);
      await appendEach(journal, [['one'], ['two'], ['three']]);
      await removeLastBatch();
      await journal.close();
      const { journal: again } = await openForTest(store);
      const { firstSeq, durable } = again.append(frameOf(['four']));
      await durable;
      expect(firstSeq).toBeGreaterThan(3);
      const read = await readBack(again);
      expect([textsOf(read), read.gaps]).toEqual([['one', 'two', 'four'], [[3, firstSeq - 1]]]);
    });

    it('begins a new log when its beginning is gone', async () => {
      const { journal } = await openForTest(store);
      await appendEach(journal, [['one']]);
      await journal.close();
      await store.jsm.streams.purge(names.stream);
      const { journal: again } = await openForTest(store);
      await appendEach(again, [['new']]);
      expect([again.epoch === journal.epoch, textsOf(await readBack(again))]).toEqual([false, ['new']]);
    });
  });

  it.each([
    ['mark', 'segment', JSON.stringify({ version: 2 })],
    ['record', 'owner', ''],
  ] as const)(
    'refuses a journal with a %s of another version, and changes nothing',
    async (what, kind, content) => {
      const { journal } = await openForTest(store);
      await journal.close();
      const header = Buffer.alloc(40);
      header.writeUInt16LE(what === 'record' ? 2 : 1, 0);
      await store.js.publish(names.subject(kind), Buffer.concat([header, Buffer.from(content)]));
      const before = await positions();
      expect(await causeOf(openForTest(store))).toBe('journal_unsupported');
      expect(await positions()).toBe(before);
    },
  );
});
