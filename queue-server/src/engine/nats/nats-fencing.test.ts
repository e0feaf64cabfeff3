import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { After } from '@typed-queue/contracts/wire';
import { unrefAfter } from '@typed-queue/program';
import { NatsProcess } from '../../reliability/nats-process.js';
import { appendEach, causeOf, frameOf, readBack, textsOf } from '../journal/journal.fixture.js';
import { LossyStore } from './lossy-store.fixture.js';
import { openForTest, TestStore } from './nats-journal.fixture.js';
import { StreamNames } from './nats-names.js';
import { describeWithNats } from './nats.fixture.js';

describeWithNats('a journal in NATS that another server opened', () => {
  let nats: NatsProcess;
  let former: LossyStore;
  let next: TestStore;
  let names: StreamNames;
  beforeAll(async () => {
    nats = await NatsProcess.start();
  });
  afterAll(() => nats.stop());
  beforeEach(async () => {
    former = await LossyStore.connect(nats.url);
    next = await TestStore.connect(nats.url, { prefix: former.prefix });
    names = new StreamNames(former.prefix, 'log');
  });
  afterEach(async () => {
    await former.close();
    await next.close();
  });

  it('refuses what its former owner appends, who ends', async () => {
    const { journal } = await openForTest(former);
    await appendEach(journal, [['one']]);
    const { journal: taken } = await openForTest(next);
    expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_failed');
    expect(former.fault()).toMatchObject({ code: 'storage_failed', details: { stream: names.stream } });
    expect(textsOf(await readBack(taken))).toEqual(['one']);
  });

  it('refuses the rest of what its former owner appends in parts', async () => {
    const { journal } = await openForTest(former);
    await appendEach(journal, [['before']]);
    former.before(1, async () => void (await openForTest(next)));
    expect(await causeOf(journal.append(frameOf(['x'.repeat(3_000_000)])).durable)).toBe('storage_failed');
    const { journal: taken } = await openForTest(next);
    await appendEach(taken, [['after']]);
    expect(textsOf(await readBack(taken))).toEqual(['before', 'after']);
  });

  it('refuses what its former owner sent before, and arrives late', async () => {
    const { journal } = await openForTest(former);
    former.loseAt(0, 'late request');
    former.before(1, async () => {
      const { journal: taken } = await openForTest(next);
      await appendEach(taken, [['of the next owner']]);
    });
    expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_failed');
    const { journal: taken } = await openForTest(next);
    expect(textsOf(await readBack(taken))).toEqual(['of the next owner']);
  });

  it('has what its former owner appended while it was opened', async () => {
    const { journal } = await openForTest(former);
    const opening = await LossyStore.connect(nats.url, { prefix: former.prefix });
    opening.before(0, () => appendEach(journal, [['just before']]));
    const { journal: taken } = await openForTest(opening);
    expect(textsOf(await readBack(taken))).toEqual(['just before']);
    await opening.close();
  });

  it('is opened once when the answer is lost', async () => {
    const opening = await LossyStore.connect(nats.url, { prefix: former.prefix });
    opening.loseAt(0, 'answer');
    const { journal } = await openForTest(opening);
    await appendEach(journal, [['one']]);
    expect((await next.jsm.streams.info(names.stream)).state.messages).toBe(2);
    await opening.close();
  });

  it('fails when its stream is gone', async () => {
    const { journal } = await openForTest(former);
    await appendEach(journal, [['one']]);
    await next.jsm.streams.delete(names.stream);
    expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_failed');
    expect(former.fault()?.message).toContain('it is gone');
  });

  it('fails when JetStream has lost what was acknowledged', async () => {
    // It is asked several times, without waiting.
    const after: After = (ms, run) => unrefAfter(ms > 1_000 ? ms : 0, run);
    const { journal } = await openForTest(former, { after });
    await appendEach(journal, [['one']]);
    const { config } = await next.jsm.streams.info(names.stream);
    await next.jsm.streams.delete(names.stream);
    await next.jsm.streams.add(config);
    expect(await causeOf(journal.append(frameOf(['two'])).durable)).toBe('storage_failed');
    expect(former.fault()?.message).toContain('it ends at 0 and not at 2');
  });
});
