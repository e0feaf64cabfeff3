import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout } from 'node:timers/promises';
import { causeOf, frameOf, readBack, textsOf } from '../journal/journal.fixture.js';
import { connector, type Connect } from './connection.js';
import { LossyConnections, openForTest, openStore, type Loss } from './redis-journal.fixture.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';

/** Frames that are appended at once, and which of the next scripts are lost, and how. */
interface Step {
  readonly counts: readonly number[];
  readonly losses: readonly (readonly [script: number, loss: Loss])[];
}

const step: fc.Arbitrary<Step> = fc.record({
  counts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
  losses: fc.array(fc.tuple(fc.nat(4), fc.constantFrom<Loss>('request', 'answer', 'late request')), {
    maxLength: 2,
  }),
});

describeWithRedis('a journal whose connections are lost', () => {
  let redis: RedisServer;
  let connect: Connect;
  beforeAll(async () => {
    redis = await RedisServer.start();
    connect = await connector({ url: redis.url });
  });
  afterAll(() => redis.stop());

  const run = async (steps: readonly Step[], segmentBytes: number): Promise<void> => {
    const lossy = new LossyConnections(connect);
    const owned = await openStore(lossy.connect);
    const { journal } = await openForTest(owned, { segmentBytes });
    const confirmed: string[] = [];
    let number = 0;
    for (const { counts, losses } of steps) {
      for (const [script, loss] of losses) lossy.loseAt(script, loss);
      await Promise.all(
        counts.map(async (count) => {
          const texts = Array.from({ length: count }, () => `${number++}`);
          const { firstSeq, durable } = journal.append(frameOf(texts));
          if ((await causeOf(durable)) !== 'resolved') return;
          texts.forEach((text, index) => (confirmed[firstSeq + index - 1] = text));
        }),
      );
      while (journal.fault() !== undefined) await setTimeout(1);
    }
    await Promise.all(lossy.lateAnswers);
    expect(textsOf(await readBack(journal))).toEqual(confirmed);
    await journal.close();
    await owned.store.release();
  };

  it('stores what it confirmed, once and in order, and nothing that it refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), fc.integer({ min: 300, max: 2000 }), run),
      { numRuns: 30 },
    );
  });
});
