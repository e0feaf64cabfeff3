import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { NatsProcess } from '../../reliability/nats-process.js';
import { RecordedDedupState } from '../journal/dedup-state.fixture.js';
import { appendEach, readBack, textsOf } from '../journal/journal.fixture.js';
import type { JournalEvent } from '../journal/journal-event.js';
import type { JournalOptions } from '../journal/journal.js';
import type { NatsJournal } from './nats-journal.js';
import { openForTest, TestStore, type OpenedForTest } from './nats-journal.fixture.js';
import { StreamNames } from './nats-names.js';
import { describeWithNats } from './nats.fixture.js';

describeWithNats('a journal in NATS whose beginning somebody removed', () => {
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

  const purge = (options?: { readonly keep: number } | { readonly seq: number }): Promise<unknown> =>
    store.jsm.streams.purge(names.stream, options);
  /** Each opening gives another epoch to a journal that has none. */
  const open = (options: Partial<JournalOptions> = {}): Promise<OpenedForTest> =>
    openForTest(store, { newEpoch: newId, ...options });
  const opened = async (texts: readonly string[]): Promise<NatsJournal> => {
    const { journal } = await open();
    await append(journal, texts);
    return journal;
  };
  const append = (journal: NatsJournal, texts: readonly string[]): Promise<unknown> =>
    appendEach(
      journal,
      texts.map((text) => [text]),
    );
  const reopened = async (
    journal: NatsJournal,
    options?: Partial<JournalOptions>,
  ): Promise<OpenedForTest> => {
    await journal.close();
    return open(options);
  };
  const lossOf = (events: readonly JournalEvent[]): readonly JournalEvent[] =>
    events.filter(({ kind }) => kind === 'damage' || kind === 'header-damaged');
  const damaged = (...seqs: readonly [number, number]): JournalEvent => ({
    kind: 'damage',
    file: names.stream,
    damage: [{ from: 0, to: 0, seqs }],
  });

  describe('while it was open', () => {
    it('has what was stored afterwards, and goes on', async () => {
      const journal = await opened(['one', 'two']);
      await purge();
      await append(journal, ['three', 'four']);
      const { journal: again } = await reopened(journal);
      await append(again, ['five']);
      const { texts } = await readBack(again);
      expect([...texts]).toEqual([
        [3, 'three'],
        [4, 'four'],
        [5, 'five'],
      ]);
    });

    it('says at each opening what is missing', async () => {
      const journal = await opened(['one', 'two']);
      await purge();
      await append(journal, ['three']);
      const first = await reopened(journal);
      const second = await reopened(first.journal);
      expect([lossOf(first.events), lossOf(second.events)]).toEqual([[damaged(1, 2)], [damaged(1, 2)]]);
    });

    it('shows readers a gap in place of what is missing', async () => {
      const journal = await opened(['one', 'two']);
      await purge();
      await append(journal, ['three']);
      const { journal: again } = await reopened(journal);
      expect((await again.read(1, 1))[0]).toEqual({ kind: 'gap', gap: { from: 1, to: 2, reason: 'damage' } });
    });

    it('has a new epoch, once, when no record is left that says its own', async () => {
      const journal = await opened(['one']);
      await purge();
      await append(journal, ['two']);
      const { journal: again } = await reopened(journal);
      const { journal: later } = await reopened(again);
      expect([again.epoch === journal.epoch, later.epoch]).toEqual([false, again.epoch]);
    });

    it('has the epoch that a later segment says', async () => {
      const journal = await opened(['one']);
      await purge();
      await append(journal, ['two']);
      await journal.roll();
      await append(journal, ['three']);
      const { journal: again } = await reopened(journal);
      const { segments, epoch } = again;
      expect([segments.map(({ firstSeq }) => firstSeq), epoch]).toEqual([[2, 3], journal.epoch]);
      expect(textsOf(await readBack(again))).toEqual(['two', 'three']);
    });

    it('restores the producers of what is left', async () => {
      const journal = await opened(['one']);
      await purge();
      await append(journal, ['two', 'three']);
      const dedup = new RecordedDedupState();
      await reopened(journal, { dedup });
      expect([dedup.restoredProducers, dedup.replayed]).toEqual([undefined, [2, 3]]);
    });

    it('says nothing any more when the segment is dropped', async () => {
      const journal = await opened(['one']);
      await purge();
      await append(journal, ['two']);
      const { journal: again } = await reopened(journal);
      await again.roll();
      await append(again, ['three']);
      await again.dropBefore(3);
      const { journal: later, events } = await reopened(again);
      expect([lossOf(events), textsOf(await readBack(later))]).toEqual([[], ['three']]);
    });
  });

  describe('while it was closed', () => {
    it('has its epoch and its seqs when an owner is left', async () => {
      const { journal } = await reopened(await opened(['one', 'two']));
      await journal.close();
      await purge({ keep: 1 });
      const { journal: again, events } = await open();
      await append(again, ['three']);
      expect([again.epoch, [...(await readBack(again)).texts]]).toEqual([journal.epoch, [[3, 'three']]]);
      expect(lossOf(events)).toEqual([damaged(1, 2)]);
    });

    it('has the messages that are left', async () => {
      const journal = await opened(['one', 'two', 'three']);
      await journal.close();
      await purge({ keep: 2 });
      const { journal: again } = await open();
      expect([...(await readBack(again)).texts]).toEqual([
        [2, 'two'],
        [3, 'three'],
      ]);
    });

    it('has a gap in place of a frame that was cut', async () => {
      const journal = await opened(['one', 'x'.repeat(2_500_000), 'three']);
      await journal.close();
      await purge({ keep: 2 });
      const { journal: again } = await open();
      const { texts, gaps } = await readBack(again);
      expect([gaps, [...texts]]).toEqual([[[2, 2]], [[3, 'three']]]);
    });

    it('says so when no message is missing', async () => {
      const journal = await opened(['one']);
      await journal.close();
      await purge({ seq: 2 });
      const { journal: again, events } = await open();
      expect(textsOf(await readBack(again))).toEqual(['one']);
      expect(events).toEqual([
        { kind: 'damage', file: names.stream, damage: [{ from: 0, to: 0, seqs: undefined }] },
      ]);
    });
  });

  it('is a new log when nothing is left, and says so', async () => {
    const journal = await opened(['one']);
    await journal.close();
    await purge();
    const { journal: again, events } = await open();
    await append(again, ['new']);
    expect([again.epoch === journal.epoch, [...(await readBack(again)).texts]]).toEqual([
      false,
      [[1, 'new']],
    ]);
    expect(lossOf(events)).toEqual([{ kind: 'header-damaged', file: names.stream }]);
  });

  it('says nothing of what retention removed', async () => {
    const { journal } = await open({ dedup: new RecordedDedupState() });
    await append(journal, ['one']);
    await journal.roll();
    await append(journal, ['two']);
    await journal.dropBefore(2);
    const { events } = await reopened(journal);
    expect(events).toEqual([]);
  });
});
