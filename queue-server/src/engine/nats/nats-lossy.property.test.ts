import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout } from 'node:timers/promises';
import { CuttingProxy } from '../../reliability/cutting-proxy.fixture.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import { causeOf, frameOf, readBack, textsOf } from '../journal/journal.fixture.js';
import { LossyStore, type Loss } from './lossy-store.fixture.js';
import { openForTest } from './nats-journal.fixture.js';
import { describeWithNats } from './nats.fixture.js';

/** Frames that are appended at once; which of the next appends are lost, and how; when the connection is cut. */
interface Step {
  readonly counts: readonly number[];
  readonly losses: readonly (readonly [append: number, loss: Loss])[];
  readonly cutAfterMs: number | undefined;
  readonly drops: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  counts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
  losses: fc.array(fc.tuple(fc.nat(4), fc.constantFrom<Loss>('request', 'answer', 'late request')), {
    maxLength: 2,
  }),
  cutAfterMs: fc.option(fc.nat(3), { nil: undefined }),
  drops: fc.boolean(),
});

describeWithNats('a journal whose connections to NATS are lost', () => {
  let nats: NatsProcess;
  let proxy: CuttingProxy;
  beforeAll(async () => {
    nats = await NatsProcess.start();
    proxy = await CuttingProxy.to(nats.url);
  });
  afterAll(async () => {
    await proxy.close();
    await nats.stop();
  });

  const run = async (steps: readonly Step[], segmentBytes: number): Promise<void> => {
    const store = await LossyStore.connect(proxy.url.replace('http', 'nats'));
    const { journal } = await openForTest(store, { segmentBytes });
    const confirmed: string[] = [];
    let number = 0;
    for (const { counts, losses, cutAfterMs, drops } of steps) {
      for (const [append, loss] of losses) store.loseAt(append, loss);
      if (cutAfterMs !== undefined) void setTimeout(cutAfterMs).then(() => proxy.cut());
      const appending = counts.map(async (count) => {
        const texts = Array.from({ length: count }, () => `${number++}`);
        const { firstSeq, durable } = journal.append(frameOf(texts));
        if ((await causeOf(durable)) !== 'resolved') return;
        texts.forEach((text, index) => (confirmed[firstSeq + index - 1] = text));
      });
      const dropping = drops ? journal.dropBefore(journal.lastSeq - 5) : undefined;
      await Promise.all([...appending, dropping]);
      while (journal.fault() !== undefined) await setTimeout(1);
    }
    await Promise.all(store.lateAnswers);
    const kept = confirmed.slice(journal.firstSeq - 1);
    expect(textsOf(await readBack(journal))).toEqual(kept);
    await journal.close();
    const { journal: again } = await openForTest(store);
    expect(textsOf(await readBack(again))).toEqual(kept);
    await store.close();
  };

  it('stores what it confirmed, once and in order, and nothing that it refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), fc.integer({ min: 300, max: 2000 }), run),
      { numRuns: 30 },
    );
  });
});
