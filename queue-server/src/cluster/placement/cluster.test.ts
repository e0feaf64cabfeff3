import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { unrefAfter } from '@typed-queue/program';
import { setTimeout } from 'node:timers/promises';
import { describeWithNats } from '../../engine/nats/nats.fixture.js';
import { openStore } from '../../engine/nats/owned-streams.fixture.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import { Cluster, type ClusterMember } from './cluster.fixture.js';
import { Placement } from './placement.js';
import { ownerOf } from './rendezvous.js';

const QUEUES = ['logs', 'files', 'database', 'mails', 'orders', 'invoices'];

interface Placed extends ClusterMember {
  readonly placement: Placement;
}

describeWithNats('servers that share queues', () => {
  let nats: NatsProcess;
  let cluster: Cluster;
  let placed: Placed[];
  /** By queue, how many leases are held. */
  let held: Map<string, number>;
  let errors: unknown[];
  beforeEach(async () => {
    nats = await NatsProcess.start();
    cluster = new Cluster(nats.url);
    placed = [];
    held = new Map();
    errors = [];
  });
  afterEach(async () => {
    await Promise.all(placed.map(({ placement }) => placement.close()));
    await cluster.close();
    await nats.stop();
  });

  /** A unit is as much as the lease of its store. */
  const start = async (queue: string, signal: AbortSignal) => {
    const { store } = await openStore(nats.url, { prefix: `unit-${queue}`, signal });
    held.set(queue, (held.get(queue) ?? 0) + 1);
    if ((held.get(queue) ?? 0) > 1) errors.push(`${queue} is served twice`);
    return {
      close: async () => {
        held.set(queue, (held.get(queue) ?? 0) - 1);
        await store.release();
      },
    };
  };

  const join = async (id: string): Promise<Placed> => {
    const member = await cluster.join(id);
    const placement = new Placement({
      queues: QUEUES,
      self: id,
      members: member.members,
      start,
      onSuspicion: () => undefined,
      onError: (_queue, error) => errors.push(error),
      after: unrefAfter,
    });
    const server = { ...member, placement };
    placed.push(server);
    return server;
  };

  /** Resolves when each of the servers serves what belongs to it. */
  const settled = async (...servers: readonly Placed[]): Promise<void> => {
    const ids = servers.map(({ id }) => id);
    const isSettled = ({ id, placement }: Placed): boolean =>
      placement.running().join() === QUEUES.filter((queue) => ownerOf(queue, ids) === id).join();
    while (!servers.every(isSettled)) await setTimeout(10);
  };

  it('serve each queue once, whoever comes and goes', async () => {
    const first = await join('a');
    await settled(first);
    const second = await join('b');
    await settled(first, second);
    const third = await join('c');
    await settled(first, second, third);
    await first.placement.close();
    await settled(second, third);
    await third.placement.close();
    await settled(second);
    expect(errors).toEqual([]);
  });

  it('serve what a dead one served', async () => {
    const first = await join('a');
    const second = await join('b');
    await settled(first, second);
    // Its units hold their leases until they close.
    await second.client.connection.close();
    while (first.members.live().includes('b')) await setTimeout(10);
    await second.placement.close();
    await settled(first);
    expect(errors).toEqual([]);
  });

  it('go on when NATS was killed and runs again', async () => {
    const first = await join('a');
    const second = await join('b');
    await settled(first, second);
    await nats.kill();
    await nats.restart();
    const third = await join('c');
    await settled(first, second, third);
    expect(errors).toEqual([]);
  });
});
