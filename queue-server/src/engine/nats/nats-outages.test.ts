import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { NatsProcess } from '../../reliability/nats-process.js';
import { appendEach, causeOf, frameOf, readBack, textsOf } from '../journal/journal.fixture.js';
import type { Journal } from '../journal/journal.js';
import { LossyStore, type Loss } from './lossy-store.fixture.js';
import { openForTest, TestStore } from './nats-journal.fixture.js';
import { describeWithNats, startNats } from './nats.fixture.js';

const eventually = async (done: () => boolean): Promise<void> => {
  while (!done()) await setTimeout(1);
};

describeWithNats('a journal in a NATS that does not answer', () => {
  describe.each<Loss>(['request', 'answer', 'late request'])('and loses the %s', (loss) => {
    let nats: NatsProcess;
    let store: LossyStore;
    beforeAll(async () => {
      nats = await NatsProcess.start();
    });
    afterAll(() => nats.stop());
    beforeEach(async () => {
      store = await LossyStore.connect(nats.url);
    });
    afterEach(() => store.close());

    it('stores what was being appended, once', async () => {
      const { journal } = await openForTest(store);
      await appendEach(journal, [['before']]);
      store.loseAt(0, loss);
      await Promise.all(['one', 'two'].map((text) => journal.append(frameOf([text])).durable));
      await appendEach(journal, [['after']]);
      await Promise.all(store.lateAnswers);
      expect(textsOf(await readBack(journal))).toEqual(['before', 'one', 'two', 'after']);
    });

    it('stores it once when it is lost again and again', async () => {
      const { journal } = await openForTest(store);
      for (const append of [0, 1, 2]) store.loseAt(append, loss);
      await appendEach(journal, [['one'], ['two']]);
      expect(textsOf(await readBack(journal))).toEqual(['one', 'two']);
    });

    it('stores each part of a large frame once', async () => {
      const { journal } = await openForTest(store);
      for (const append of [0, 2, 4]) store.loseAt(append, loss);
      const large = 'x'.repeat(2_500_000);
      await appendEach(journal, [[large], ['after']]);
      expect(textsOf(await readBack(journal))).toEqual([large, 'after']);
    });

    it('seals segments', async () => {
      const { journal } = await openForTest(store);
      await appendEach(journal, [['one']]);
      store.loseAt(0, loss);
      await causeOf(journal.roll());
      await eventually(() => journal.fault() === undefined);
      await appendEach(journal, [['two']]);
      const { journal: again } = await openForTest(store);
      expect(again.segments.map(({ firstSeq }) => firstSeq)).toEqual([1, 2]);
    });

    it('refuses appends until it is settled', async () => {
      const { journal } = await openForTest(store);
      store.loseAt(0, loss);
      const flying = journal.append(frameOf(['one'])).durable;
      await eventually(() => journal.fault() !== undefined);
      expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_unavailable');
      await flying;
      expect(journal.fault()).toBeUndefined();
    });
  });

  describe('since it was killed', () => {
    let nats: NatsProcess;
    let store: TestStore;
    let journal: Journal;
    beforeEach(async () => {
      nats = await NatsProcess.start();
      store = await TestStore.connect(nats.url);
      ({ journal } = await openForTest(store));
      await appendEach(journal, [['one']]);
      await nats.kill();
    });
    afterEach(async () => {
      await store.close();
      await nats.stop();
    });

    it('refuses appends until it is there again, and settles the one that was being written', async () => {
      const flying = journal.append(frameOf(['two'])).durable;
      await eventually(() => journal.fault() !== undefined);
      expect(await causeOf(journal.append(frameOf(['three'])).durable)).toBe('storage_unavailable');
      await nats.restart();
      await eventually(() => journal.fault() === undefined);
      const outcome = await causeOf(flying);
      await appendEach(journal, [['four']]);
      const stored = textsOf(await readBack(journal));
      expect(stored).toEqual(outcome === 'resolved' ? ['one', 'two', 'four'] : ['one', 'four']);
    });

    it('fails reads after some time', async () => {
      await eventually(() => journal.fault() !== undefined);
      expect(await causeOf(journal.read(1, 1))).toBe('storage_unavailable');
    });

    it('reads when it is there again in time', async () => {
      const reading = journal.read(1, 1);
      await nats.restart();
      expect(await reading).toMatchObject([{ frame: { firstSeq: 1 } }]);
    });

    it('drops segments when it is there again', async () => {
      await nats.restart();
      await eventually(() => journal.fault() === undefined);
      await journal.roll();
      await nats.kill();
      const dropping = journal.dropBefore(2);
      await nats.restart();
      await dropping;
      expect(journal.firstSeq).toBe(2);
    });
  });

  it('closes although it does not answer', async () => {
    const nats = await NatsProcess.start();
    let pass = (): void => undefined;
    const after = (ms: number, run: () => void): (() => void) => {
      if (ms === 5_000) pass = run;
      return () => undefined;
    };
    const store = await TestStore.connect(nats.url, { after });
    const { journal } = await openForTest(store);
    await nats.kill();
    const flying = causeOf(journal.append(frameOf(['one'])).durable);
    const closed = journal.close();
    pass();
    expect(await flying).toMatch(/storage_/);
    await closed;
    await store.close();
    await nats.stop();
  });
});

describeWithNats('a journal in a NATS without room', () => {
  let nats: NatsProcess;
  let store: TestStore;
  beforeEach(async () => {
    nats = await startNats('jetstream { max_file: 1MB }');
    store = await TestStore.connect(nats.url);
  });
  afterEach(async () => {
    await store.close();
    await nats.stop();
  });
  const piece = (): ReturnType<typeof frameOf> => frameOf(['x'.repeat(100_000)]);
  const fill = async (journal: Journal): Promise<number> => {
    for (let stored = 0; ; stored++)
      if ((await causeOf(journal.append(piece()).durable)) !== 'resolved') return stored;
  };

  /** By another stream. */
  const fillUp = async (): Promise<void> => {
    await store.jsm.streams.add({ name: 'other', subjects: ['other'] });
    const publish = () => store.js.publish('other', Buffer.alloc(100_000));
    while ((await causeOf(publish())) === 'resolved');
  };

  it('refuses appends, loses nothing, and recovers when segments are dropped', async () => {
    const { journal, events } = await openForTest(store, { segmentBytes: 300_000 });
    const stored = await fill(journal);
    expect([stored > 5, journal.fault()?.code, journal.lastSeq]).toEqual([true, 'storage_full', stored]);
    expect((await readBack(journal)).texts.size).toBe(stored);
    await journal.dropBefore(stored);
    await eventually(() => journal.fault() === undefined);
    await journal.append(piece()).durable;
    expect(journal.lastSeq).toBe(stored + 1);
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith('storage'))).toEqual(['storage-full', 'storage-recovered']);
  });

  it('stores nothing of a large frame that has no room as a whole', async () => {
    const { journal } = await openForTest(store, { segmentBytes: 300_000 });
    expect(await causeOf(journal.append(frameOf(['x'.repeat(2_500_000)])).durable)).toBe('storage_full');
    await eventually(() => journal.fault() === undefined);
    await appendEach(journal, [['after']]);
    await journal.close();
    const { journal: again } = await openForTest(store);
    expect(textsOf(await readBack(again))).toEqual(['after']);
  });

  it('opens, reads, and takes appends when there is room again', async () => {
    const { journal } = await openForTest(store);
    await appendEach(journal, [['before']]);
    await journal.close();
    await fillUp();
    const { journal: again } = await openForTest(store);
    expect(again.fault()?.code).toBe('storage_full');
    expect(textsOf(await readBack(again))).toEqual(['before']);
    await store.jsm.streams.delete('other');
    await eventually(() => again.fault() === undefined);
    await appendEach(again, [['after']]);
    expect(textsOf(await readBack(again))).toEqual(['before', 'after']);
  });

  it('stores nothing that it refused, although a request for it arrives when there is room again', async () => {
    const lossy = await LossyStore.connect(nats.url);
    const { journal } = await openForTest(lossy);
    lossy.loseAt(0, 'late request');
    lossy.before(1, () => fillUp());
    // Asking whether there is room.
    lossy.before(2, async () => {
      await store.jsm.streams.delete('other');
      await lossy.arrive();
    });
    expect(await causeOf(journal.append(frameOf(['refused'])).durable)).toBe('storage_full');
    await eventually(() => journal.fault() === undefined);
    await appendEach(journal, [['after']]);
    expect(await lossy.lateAnswers[0]).toMatchObject({ seq: 2 });
    expect(textsOf(await readBack(journal))).toEqual(['after']);
    await lossy.close();
  });

  it.each(['max_msgs', 'max_bytes'] as const)(
    'names %s where somebody limited the stream by it',
    async (limit) => {
      const { journal } = await openForTest(store);
      const [info] = await store.jsm.streams.list().next();
      const { messages = 0, bytes = 0 } = info?.state ?? {};
      await store.jsm.streams.update(info?.config.name ?? '', {
        [limit]: limit === 'max_msgs' ? messages : bytes,
      });
      await expect(journal.append(frameOf(['one'])).durable).rejects.toMatchObject({
        code: 'storage_full',
        message: expect.stringContaining(`Set ${limit} of the stream to -1`),
      });
    },
  );

  it('creates a journal, which takes appends when there is room', async () => {
    await fillUp();
    const { journal } = await openForTest(store);
    expect(journal.fault()?.code).toBe('storage_full');
    await store.jsm.streams.delete('other');
    await eventually(() => journal.fault() === undefined);
    await appendEach(journal, [['one']]);
    const { journal: again } = await openForTest(store);
    expect([again.epoch, textsOf(await readBack(again))]).toEqual([journal.epoch, ['one']]);
  });
});

describeWithNats('a journal in a NATS that takes only small messages', () => {
  let nats: NatsProcess;
  let store: TestStore;
  beforeAll(async () => {
    nats = await startNats('max_payload: 2048');
    store = await TestStore.connect(nats.url);
  });
  afterAll(async () => {
    await store.close();
    await nats.stop();
  });

  it('stores larger frames in parts, and several small ones together', async () => {
    const texts = ['a', 'b'.repeat(5_000), 'c', 'd'.repeat(100), 'e'.repeat(1_400), 'f'.repeat(20_000), 'g'];
    const { journal } = await openForTest(store, { segmentBytes: 10_000 });
    await Promise.all(texts.map((text) => journal.append(frameOf([text])).durable));
    expect(textsOf(await readBack(journal))).toEqual(texts);
    const { journal: again } = await openForTest(store);
    expect(textsOf(await readBack(again, 100_000))).toEqual(texts);
    for (const seq of [2, 6]) expect(await again.read(seq, 0)).toMatchObject([{ frame: { firstSeq: seq } }]);
  });
});
