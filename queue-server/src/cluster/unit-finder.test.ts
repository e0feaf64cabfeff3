import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { connectNats, type NatsClient } from '../engine/nats/connection.js';
import { describeWithNats, startNats } from '../engine/nats/nats.fixture.js';
import type { NatsProcess } from '../reliability/nats-process.js';
import { ClusterNames } from './cluster-names.js';
import { UnitFinder } from './unit-finder.js';

describeWithNats('a queue that no server has', () => {
  let nats: NatsProcess;
  let client: NatsClient;
  beforeEach(async () => {
    nats = await startNats('');
    client = await connectNats({ url: nats.url });
  });
  afterEach(async () => {
    await client.connection.close();
    await nats.stop();
  });

  const messageFor = async (failure: unknown): Promise<string> => {
    let now = 0;
    const finder = new UnitFinder({
      local: { connect: () => undefined, failureOf: () => failure },
      names: new ClusterNames('queue'),
      connection: client.connection,
      now: () => (now += 3_000),
      after: (_ms, run) => {
        run();
        return () => undefined;
      },
    });
    const error: unknown = await finder
      .connect('files', new AbortController().signal)
      .catch((e: unknown) => e);
    return error instanceof QueueError ? error.message : '';
  };

  it('is not reached, for now', async () => {
    expect(await messageFor(undefined)).toBe(
      'No server has the queue "files" at the moment. Try again in a moment.',
    );
  });

  it('is said to be one that cannot be started, without what the log alone should have', async () => {
    expect(
      await messageFor(new QueueError('journal_unsupported', 'The stream secret is of version 9.')),
    ).toBe(
      'No server has the queue "files" at the moment, since it cannot be started (journal_unsupported: the log of the server says more). Try again in a moment.',
    );
  });
});
