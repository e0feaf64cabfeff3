import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import { NatsCluster } from '../../reliability/nats-cluster.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import { Canary } from './canary.js';
import { connectNats, type NatsClient } from './connection.js';
import { describeWithNats } from './nats.fixture.js';
import { patiently } from './patience.js';

describeWithNats('a canary', () => {
  let client: NatsClient;
  afterEach(() => client.connection.close());

  const open = async (url: string, replicas: number): Promise<Canary> => {
    client = await connectNats({ url });
    return new Canary({
      buckets: client.buckets,
      prefix: newId(),
      replicas,
      confirmMs: 400,
      after: unrefAfter,
    });
  };
  const isThere = (canary: Canary, token: string): Promise<boolean> =>
    patiently(() => canary.has(token), unrefAfter);

  describe('of one server', () => {
    let nats: NatsProcess;
    let canary: Canary;
    let token: string;
    beforeEach(async () => {
      nats = await NatsProcess.start();
      canary = await open(nats.url, 1);
      token = await canary.renew();
    });
    afterEach(() => nats.stop());

    it('is there as long as the server runs', async () => {
      expect(await canary.has(token)).toBe(true);
    });

    it('is not there when another one took its place', async () => {
      await canary.renew();
      expect(await canary.has(token)).toBe(false);
    });

    it('is gone when the server was started again', async () => {
      await nats.kill();
      await nats.restart();
      expect(await isThere(canary, token)).toBe(false);
    });

    it('cannot be asked for while the server does not answer', async () => {
      nats.freeze();
      await expect(canary.has(token)).rejects.toThrow();
    });
  });

  describe('of three servers', () => {
    let cluster: NatsCluster;
    let canary: Canary;
    let token: string;
    beforeEach(async () => {
      cluster = await NatsCluster.start();
      canary = await open(cluster.url, cluster.size);
      token = await patiently(() => canary.renew(), unrefAfter);
    });
    afterEach(() => cluster.stop());

    it.each(['SIGTERM', 'SIGKILL'] as const)(
      'is there when one after the other was ended by %s and started again, with time between',
      async (signal) => {
        for (let node = 0; node < cluster.size; node++) {
          await cluster.node(node).end(signal);
          await cluster.restart(node);
          await cluster.healthy();
        }
        expect(await isThere(canary, token)).toBe(true);
      },
    );

    it('is gone when all were killed at once', async () => {
      await Promise.all([0, 1, 2].map((node) => cluster.node(node).kill()));
      await Promise.all([0, 1, 2].map((node) => cluster.restart(node)));
      expect(await isThere(canary, token)).toBe(false);
    });
  });
});
