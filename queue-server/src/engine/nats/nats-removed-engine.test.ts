import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { NatsProcess } from '../../reliability/nats-process.js';
import { TrialGroup } from '../conformance/trial-group.fixture.js';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { TestStore } from './nats-journal.fixture.js';
import { StreamNames } from './nats-names.js';
import { describeWithNats } from './nats.fixture.js';
import { openNatsEngine } from './open-nats-engine.js';

const QUEUE = 'files';

describeWithNats('an engine in NATS of which somebody removed a stream', () => {
  let nats: NatsProcess;
  let store: TestStore;
  let engine: Engine;
  let errors: unknown[];
  let group: TrialGroup;
  beforeAll(async () => {
    nats = await NatsProcess.start();
  });
  afterAll(() => nats.stop());

  const open = async (): Promise<void> => {
    errors = [];
    engine = await openNatsEngine({
      url: nats.url,
      prefix: store.prefix,
      queues: [{ name: QUEUE, retention: {} }],
      onError: (error) => errors.push(error),
    });
  };
  const reopen = async (): Promise<void> => {
    await engine.close();
    await open();
  };
  const append = async (number: number): Promise<void> => {
    await engine.queue(QUEUE).append(frameOf([number]));
  };
  const purge = (journal: string, keep?: number): Promise<unknown> =>
    store.jsm.streams.purge(
      new StreamNames(store.prefix, journal).stream,
      keep === undefined ? undefined : { keep },
    );
  beforeEach(async () => {
    store = await TestStore.connect(nats.url);
    await open();
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    group = new TrialGroup(() => engine, QUEUE, 'g');
    await append(1);
  });
  afterEach(async () => {
    await engine.close();
    await store.close();
  });

  it('delivers what was stored in the queue afterwards, and a gap in place of what is missing', async () => {
    await purge(`queue/${QUEUE}`);
    await append(2);
    await reopen();
    await append(3);
    const { seqs, gaps } = await group.mustClaim('m');
    expect([seqs, gaps]).toEqual([[2, 3], [{ from: 1, to: 1, reason: 'damage' }]]);
  });

  it('says that groups may be missing, though the last start is recorded', async () => {
    await reopen();
    await engine.close();
    await purge('groups', 1);
    await open();
    expect(errors.map(String)).toEqual([expect.stringContaining('groups may be missing')]);
  });
});
