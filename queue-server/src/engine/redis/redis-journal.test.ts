import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import fc from 'fast-check';
import { setTimeout } from 'node:timers/promises';
import { compareWithLists, triedOptions, type TriedJournal } from '../journal/journal-model.suite.js';
import { appendEach, causeOf, frameOf, readBack, textsOf } from '../journal/journal.fixture.js';
import type { JournalOptions } from '../journal/journal.js';
import { firstSeqOf, LOOKUP } from '../log/scan.js';
import { connector, type Connect } from './connection.js';
import type { Owned } from './open-owned-store.js';
import { LossyConnections, openForTest, openStore, type Loss } from './redis-journal.fixture.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';

const eventually = async (done: () => boolean): Promise<void> => {
  while (!done()) await setTimeout(1);
};

describeWithRedis('a journal in Redis', () => {
  let redis: RedisServer;
  let connect: Connect;
  let owned: Owned;
  beforeAll(async () => {
    redis = await RedisServer.start();
    connect = await connector({ url: redis.url });
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    owned = await openStore(connect);
  });
  afterEach(() => owned.store.release());

  it('behaves like a list', async () => {
    const inRedis = (chosen: Partial<JournalOptions>): TriedJournal => {
      const prefix = newId();
      let store: Owned | undefined;
      return {
        open: async () => (await openForTest((store = await openStore(connect, { prefix })), chosen)).journal,
        restart: async () => store?.store.release(),
        end: async () => store?.store.release(),
      };
    };
    await compareWithLists(fc.record(triedOptions), 40, inRedis);
  });

  it('has the keys of its segments, and no others, when segments were dropped', async () => {
    const { journal } = await openForTest(owned, { segmentBytes: 300 });
    await appendEach(journal, [['a'.repeat(200)], ['b'.repeat(200)], ['c'.repeat(200)]]);
    const streams = async (): Promise<number> =>
      // Safe: KEYS answers with a list.
      ((await redis.command('KEYS', `${owned.store.keys.journal('log').hash}:?`)) as unknown[]).length;
    expect(await streams()).toBe(3);
    await journal.dropBefore(3);
    expect(await streams()).toBe(1);
  });

  it('finds single frames, and says of one that is gone that it is missing', async () => {
    const { journal } = await openForTest(owned);
    await appendEach(journal, [['one'], ['two'], ['three']]);
    await redis.command('XDEL', owned.store.keys.journal('log').frames(1), '3-1');
    const found = (await journal.read(2, LOOKUP)).map(firstSeqOf);
    expect(found).toEqual([2]);
    expect(await journal.read(3, LOOKUP)).toEqual([
      { kind: 'gap', gap: { from: 3, to: 3, reason: 'damage' } },
    ]);
  });

  describe.each<Loss>(['request', 'answer', 'late request'])(
    'with a connection that loses the %s',
    (loss) => {
      let lossy: LossyConnections;
      let lossyStore: Owned;
      beforeEach(async () => {
        lossy = new LossyConnections(connect);
        lossyStore = await openStore(lossy.connect);
      });
      afterEach(() => lossyStore.store.release());

      it('stores what was being appended, once', async () => {
        const { journal } = await openForTest(lossyStore);
        await appendEach(journal, [['before']]);
        lossy.loseAt(0, loss);
        await Promise.all(['one', 'two'].map((text) => journal.append(frameOf([text])).durable));
        await appendEach(journal, [['after']]);
        await Promise.all(lossy.lateAnswers);
        expect(textsOf(await readBack(journal))).toEqual(['before', 'one', 'two', 'after']);
      });

      it('stores it once when the next connection is lost, too', async () => {
        const { journal } = await openForTest(lossyStore);
        lossy.loseAt(0, loss);
        // The introduction, and the question what is stored.
        lossy.loseAt(1, 'answer');
        lossy.loseAt(3, 'answer');
        await appendEach(journal, [['one'], ['two']]);
        expect(textsOf(await readBack(journal))).toEqual(['one', 'two']);
      });

      it('seals and drops segments', async () => {
        const { journal } = await openForTest(lossyStore);
        await appendEach(journal, [['one']]);
        lossy.loseAt(0, loss);
        expect(await causeOf(journal.roll())).toBe('storage_unavailable');
        await eventually(() => journal.fault() === undefined);
        await appendEach(journal, [['two']]);
        lossy.loseAt(0, loss);
        await journal.dropBefore(2);
        const { journal: again } = await openForTest(lossyStore);
        expect([again.firstSeq, again.lastSeq]).toEqual([2, 2]);
        expect((await again.read(1, 1))[0]).toEqual({
          kind: 'gap',
          gap: { from: 1, to: 1, reason: 'retention' },
        });
      });
    },
  );

  it('takes what is dropped during a read for dropped, and not for damaged', async () => {
    const lossy = new LossyConnections(connect);
    const { store } = await openStore(lossy.connect);
    const { journal, events } = await openForTest({ ...owned, store }, { segmentBytes: 300 });
    await appendEach(journal, [['a'.repeat(200)], ['b'.repeat(200)], ['c'.repeat(200)]]);
    lossy.before(0, () => journal.dropBefore(3));
    const [gap] = await journal.read(1, 1_000);
    expect(gap).toEqual({ kind: 'gap', gap: { from: 1, to: 2, reason: 'retention' } });
    expect(events.filter(({ kind }) => kind === 'gap')).toEqual([]);
    await store.release();
  });

  it('never takes what the next owner wrote for its own', async () => {
    const lossy = new LossyConnections(connect);
    const prefix = newId();
    const { store } = await openStore(lossy.connect, { prefix });
    const { journal } = await openForTest({ ...owned, store });
    await appendEach(journal, [['one']]);
    lossy.loseAt(0, 'request');
    // The introduction of the next connection passes; then another server is the owner, and has written as much.
    lossy.before(2, async () => {
      await redis.command('DEL', store.keys.owner);
      const next = await openStore(connect, { prefix });
      const { journal: taken } = await openForTest(next);
      await appendEach(taken, [['of the next owner']]);
      await next.store.release();
    });
    expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_failed');
    await store.release();
  });

  it('refuses appends while Redis cannot be reached, and settles the one that was being written', async () => {
    const own = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always');
    const { store } = await openStore(await connector({ url: own.url }));
    try {
      const { journal } = await openForTest({ ...owned, store });
      await appendEach(journal, [['one']]);
      await own.kill();
      const flying = journal.append(frameOf(['two'])).durable;
      await eventually(() => journal.fault() !== undefined);
      expect(journal.fault()?.code).toBe('storage_unavailable');
      expect(await causeOf(journal.append(frameOf(['three'])).durable)).toBe('storage_unavailable');
      await own.restart();
      await eventually(() => journal.fault() === undefined);
      const outcome = await causeOf(flying);
      await appendEach(journal, [['four']]);
      const stored = textsOf(await readBack(journal));
      expect(stored).toEqual(outcome === 'resolved' ? ['one', 'two', 'four'] : ['one', 'four']);
    } finally {
      await store.release();
      await own.stop();
    }
  });

  it('refuses appends while the memory of Redis is full, and recovers', async () => {
    const { journal, events } = await openForTest(owned);
    await appendEach(journal, [['one']]);
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_full');
    expect(journal.fault()?.code).toBe('storage_full');
    expect(textsOf(await readBack(journal))).toEqual(['one']);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await eventually(() => journal.fault() === undefined);
    await appendEach(journal, [['three']]);
    expect(textsOf(await readBack(journal))).toEqual(['one', 'three']);
    expect(events.map(({ kind }) => kind)).toEqual(['storage-full', 'storage-recovered']);
  });

  it('drops segments while the memory of Redis is full', async () => {
    const { journal } = await openForTest(owned);
    await appendEach(journal, [['one']]);
    await journal.roll();
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    await journal.dropBefore(2);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    expect(journal.firstSeq).toBe(2);
  });

  it('writes nothing when another server owns the store', async () => {
    const prefix = newId();
    const former = await openStore(connect, { prefix });
    const { journal } = await openForTest(former);
    await appendEach(journal, [['one']]);
    await redis.command('DEL', former.store.keys.owner);
    const next = await openStore(connect, { prefix });
    expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_failed');
    expect(journal.fault()?.code).toBe('storage_failed');
    const { journal: again } = await openForTest(next);
    expect(textsOf(await readBack(again))).toEqual(['one']);
    await former.store.release();
    await next.store.release();
  });

  it('fails when Redis has lost what was acknowledged', async () => {
    const { journal } = await openForTest(owned);
    await appendEach(journal, [['one']]);
    await redis.command('HSET', owned.store.keys.journal('log').hash, 'next', '1');
    expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_failed');
  });

  it('closes although Redis does not answer', async () => {
    const own = await RedisServer.start();
    let pass = (): void => undefined;
    const after = (ms: number, run: () => void): (() => void) => {
      if (ms === 5_000) pass = run;
      return () => undefined;
    };
    const { store } = await openStore(await connector({ url: own.url }), { after });
    const { journal } = await openForTest({ ...owned, store });
    await own.kill();
    const flying = causeOf(journal.append(frameOf(['one'])).durable);
    const closed = journal.close();
    pass();
    expect(await flying).toMatch(/storage_/);
    await closed;
    await own.stop();
  });
});
