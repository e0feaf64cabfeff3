import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeWithNats } from '../../engine/nats/nats.fixture.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import { Cluster, untilLive, type ClusterMember } from './cluster.fixture.js';
import { Members } from './members.js';

describeWithNats('the members of a cluster', () => {
  let nats: NatsProcess;
  let cluster: Cluster;
  beforeEach(async () => {
    nats = await NatsProcess.start();
    cluster = new Cluster(nats.url);
  });
  afterEach(async () => {
    nats.continue();
    await cluster.close();
    await nats.stop();
  });

  /** Resolves when a server has seen its own entry as many times. */
  const beats = async ({ client, id }: ClusterMember, count: number): Promise<void> => {
    const watched = await (await cluster.bucket(client)).watch({ key: `server.${id}` });
    let seen = 0;
    for await (const _ of watched) if (++seen > count) break;
  };

  it('are each one itself from the first moment on', async () => {
    const { members, id } = await cluster.join();
    expect(members.live()).toEqual([id]);
  });

  it('see who is there and who comes', async () => {
    const first = await cluster.join('a');
    const second = await cluster.join('b');
    expect(second.members.live()).toEqual(['a', 'b']);
    await untilLive(first.members, ['a', 'b']);
  });

  it('see at once who leaves', async () => {
    const first = await cluster.join('a');
    const second = await cluster.join('b');
    await untilLive(first.members, ['a', 'b']);
    await second.members.leave();
    await untilLive(first.members, ['a']);
    expect(second.members.live()).toEqual([]);
  });

  it('leave no entry behind', async () => {
    const { members, bucket } = await cluster.join('a');
    await members.leave();
    expect((await bucket.get('server.a'))?.operation).toBe('DEL');
  });

  it('take for dead who writes nothing more', async () => {
    const first = await cluster.join('a');
    const second = await cluster.join('b');
    await untilLive(first.members, ['a', 'b']);
    await second.client.connection.close();
    await untilLive(first.members, ['a']);
    expect(first.members.live()).toEqual(['a']);
  });

  it.each([
    ['is killed and runs again', () => nats.kill().then(() => nats.restart())],
    [
      'freezes for longer than a dead server is silent',
      async () => {
        nats.freeze();
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        nats.continue();
      },
    ],
  ])('stay the same while NATS %s', async (_, interrupt) => {
    const all = await Promise.all(['a', 'b', 'c'].map((id) => cluster.join(id)));
    const [first] = all;
    if (first === undefined) return;
    await Promise.all(all.map(({ members }) => untilLive(members, ['a', 'b', 'c'])));
    const changes: string[] = [];
    for (const { id, members } of all)
      members.onChange(() => changes.push(`${id}: ${members.live().join()}`));
    await interrupt();
    const third = await cluster.join('d');
    await Promise.all(all.map(({ members }) => untilLive(members, ['a', 'b', 'c', 'd'])));
    await beats(third, 8);
    expect(changes.toSorted()).toEqual(['a: a,b,c,d', 'b: a,b,c,d', 'c: a,b,c,d']);
  });

  it('join when NATS runs again, where it did not', async () => {
    const { bucket } = await cluster.join('a');
    await nats.kill();
    const joining = Members.join({
      bucket,
      self: { id: 'b', name: 'here' },
      now: () => performance.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms).unref();
        return () => clearTimeout(timer);
      },
    });
    await nats.restart();
    const members = await joining;
    await untilLive(members, ['a', 'b']);
    expect(members.live()).toEqual(['a', 'b']);
    await members.leave();
  });

  it('are not joined when the signal is aborted', async () => {
    const { bucket } = await cluster.join('a');
    await nats.kill();
    const ended = new AbortController();
    const joining = Members.join(
      { bucket, self: { id: 'b', name: 'here' }, now: () => 0, after: () => () => undefined },
      ended.signal,
    );
    ended.abort(new Error('stopped'));
    await expect(joining).rejects.toThrow('stopped');
    await nats.restart();
  });
});
