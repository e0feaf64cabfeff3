import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { HOUR, newId } from '@typed-queue/contracts';
import { setTimeout } from 'node:timers/promises';
import { CuttingProxy } from '../../reliability/cutting-proxy.fixture.js';
import { NatsCluster } from '../../reliability/nats-cluster.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import { Time } from '../conformance/time.fixture.js';
import { GRACE_MS, LEASE_MS } from '../conformance/trial.fixture.js';
import { TrialGroup } from '../conformance/trial-group.fixture.js';
import type { Engine, EngineEvents } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { connectNats } from './connection.js';
import { renewEpochs } from './epoch-renewal.js';
import { describeWithNats } from './nats.fixture.js';
import { openNatsEngine, type NatsOptions } from './open-nats-engine.js';
import { openStore } from './owned-streams.fixture.js';
import { seeLease } from './see-lease.js';

const QUEUE = 'files';

const nothing = (): void => undefined;
const silent: EngineEvents = {
  committed: nothing,
  ready: nothing,
  returned: nothing,
  passedOver: nothing,
  stalled: nothing,
  deadLettersExpired: nothing,
  deadLettered: nothing,
};

const eventually = async (done: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await done())) await setTimeout(1);
};

const outdated: unknown = expect.objectContaining({ code: 'storage_unavailable', retryable: true });

describeWithNats('an engine in NATS', () => {
  let nats: Pick<NatsProcess, 'url'> & { stop(): Promise<void> };
  let prefix: string;
  let engines: Engine[];
  beforeEach(() => {
    prefix = newId();
    engines = [];
  });
  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.close()));
    await nats.stop();
  });

  const open = async (options: Partial<NatsOptions> = {}): Promise<Engine> => {
    const queues = [{ name: QUEUE, retention: {} }];
    const engine = await openNatsEngine({ url: nats.url, prefix, queues, ...options });
    engines.push(engine);
    return engine;
  };
  const close = async (engine: Engine): Promise<void> => {
    engines = engines.filter((other) => other !== engine);
    await engine.close();
  };
  const append = (engine: Engine, number: number) => engine.queue(QUEUE).append(frameOf([number]));
  const letters = async (engine: Engine) => (await engine.queue(QUEUE).deadLetters.list({})).letters;
  const groupOf = async (engine: Engine): Promise<TrialGroup> => {
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    return new TrialGroup(() => engine, QUEUE, 'g');
  };
  const startOne = async (...args: readonly string[]): Promise<NatsProcess> => {
    const started = await NatsProcess.start(...args);
    nats = started;
    return started;
  };
  const startThree = async (): Promise<NatsCluster> => {
    const started = await NatsCluster.start();
    nats = started;
    return started;
  };

  it('waits while another one owns the data, and says so', async () => {
    await startOne();
    const first = await open();
    await append(first, 1);
    let waiting = 0;
    let opened = false;
    const second = open({ onWaiting: async () => void waiting++ }).then((engine) => {
      opened = true;
      return engine;
    });
    await eventually(() => waiting > 0);
    expect(opened).toBe(false);
    await close(first);
    expect((await second).queue(QUEUE).head().lastSeq).toBe(1);
    expect(waiting).toBe(1);
  });

  it('does not wait for a lease that this server saw long ago, and which was not renewed since', async () => {
    await startOne();
    const first = await open({ termMs: HOUR });
    await append(first, 1);
    const client = await connectNats({ url: nats.url });
    const seen = await seeLease(client.buckets, prefix);
    await client.connection.close();
    const seenLease = seen && { ...seen, since: seen.since - 2 * HOUR };
    const second = await open({ seenLease });
    expect(second.queue(QUEUE).head().lastSeq).toBe(1);
  });

  it('stores nothing when another one took its place, and says that it is lost', async () => {
    await startOne();
    const lost: Error[] = [];
    const first = await open({ termMs: HOUR, onLost: (error) => lost.push(error) });
    await append(first, 1);
    let now = 0;
    const second = await open({ termMs: HOUR, leaseNow: () => (now += HOUR) });
    await expect(append(first, 2)).rejects.toMatchObject({ code: 'storage_failed' });
    expect(lost).toMatchObject([{ code: 'storage_failed' }]);
    expect(second.queue(QUEUE).head().lastSeq).toBe(1);
  });

  it('hands out nothing while its lease is not renewed, and goes on afterwards', async () => {
    const proxy = await CuttingProxy.to((await startOne()).url);
    let leaseTime = 0;
    const url = proxy.url.replace('http:', 'nats:');
    const engine = await open({ url, termMs: HOUR, leaseNow: () => leaseTime });
    const group = await groupOf(engine);
    await append(engine, 1);
    const reported: string[] = [];
    engine.listen({ ...silent, ready: (...what) => reported.push(what.join(' ')) });
    leaseTime += HOUR;
    expect(await group.claim('a')).toBeUndefined();
    expect(() => engine.queue(QUEUE).checkOwned()).toThrow(outdated);
    // The next connection renews it.
    proxy.cut();
    await eventually(() => reported.length > 0);
    expect(reported).toEqual(['files g']);
    expect((await group.mustClaim('a')).seqs).toEqual([1]);
    await close(engine);
    await proxy.close();
  });

  it('extends no lease of a member while its own is not renewed: another server may not know of it', async () => {
    await startOne();
    let leaseTime = 0;
    const engine = await open({ termMs: HOUR, leaseNow: () => leaseTime });
    const group = await groupOf(engine);
    await append(engine, 1);
    const { token } = await group.mustClaim('a');
    leaseTime += HOUR;
    await expect(group.settle('a', token, { kind: 'extend' })).rejects.toEqual(outdated);
    expect(() => group.resume('a', [token])).toThrow(outdated);
    leaseTime -= HOUR;
    expect(group.resume('a', [token])).toEqual([token]);
  });

  it('counts no failure of members that could not extend their leases while its own was not renewed', async () => {
    await startOne();
    const time = new Time();
    let leaseTime = 0;
    const { after } = time;
    const engine = await open({ termMs: HOUR, leaseNow: () => leaseTime, now: () => time.now, after });
    const group = await groupOf(engine);
    await append(engine, 1);
    await group.mustClaim('a');
    leaseTime += HOUR;
    time.pass(LEASE_MS);
    leaseTime -= HOUR;
    expect(await group.claim('b')).toBeUndefined();
    time.pass(GRACE_MS);
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [1], attempts: [] });
  });

  it('says that it is lost when a NATS of one server was started again, and has new epochs then', async () => {
    const one = await startOne();
    const lost: Error[] = [];
    const engine = await open({ onLost: (error) => lost.push(error) });
    const { epoch, durability } = await append(engine, 1);
    expect(durability).toBe('memory');
    await one.kill();
    await one.restart();
    await eventually(() => lost.length > 0);
    expect(engine.fault()).toMatchObject({ code: 'storage_failed' });
    await close(engine);
    let renewed = 0;
    const again = await open({ onRenewed: () => renewed++ });
    expect(renewed).toBe(1);
    const appended = await append(again, 2);
    expect(appended.epoch).not.toBe(epoch);
    await close(again);
    expect((await open({ onRenewed: () => renewed++ })).queue(QUEUE).head()).toMatchObject({
      epoch: appended.epoch,
      lastSeq: 2,
    });
    expect(renewed).toBe(1);
  });

  it('keeps the states of groups and the dead letters where queues have new epochs', async () => {
    const one = await startOne();
    const engine = await open();
    await append(engine, 1);
    await append(engine, 2);
    const group = await groupOf(engine);
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, { kind: 'dead-letter', reason: 'never' }, [[1, 1]]);
    await group.ack('a', token);
    await eventually(async () => (await letters(engine)).length > 0);
    const floor = await group.floor();
    await close(engine);
    await one.kill();
    await one.restart();
    const again = await open();
    const { epoch } = again.queue(QUEUE).head();
    expect(again.group(QUEUE, 'g').info()).toMatchObject({ floor });
    expect(await letters(again)).toMatchObject([{ epoch, seq: 1, reason: 'never' }]);
  });

  it('gives new epochs again when a server ended in the middle of that, and knows all former ones', async () => {
    await startOne();
    const engine = await open();
    const { epoch } = await append(engine, 1);
    const group = await groupOf(engine);
    await group.ack('a', (await group.mustClaim('a')).token);
    const floor = await group.floor();
    await close(engine);
    const owned = await openStore(nats.url, { prefix });
    await owned.note.read();
    await renewEpochs(owned, [QUEUE]);
    await owned.store.release();
    let renewed = 0;
    const again = await open({ onRenewed: () => renewed++ });
    expect(renewed).toBe(1);
    expect(again.queue(QUEUE).head().epoch).not.toBe(epoch);
    expect(again.group(QUEUE, 'g').info()).toMatchObject({ floor });
  });

  it('keeps its epochs while the servers of a cluster are started again one by one', async () => {
    const cluster = await startThree();
    const lost: Error[] = [];
    const engine = await open({ onLost: (error) => lost.push(error) });
    const first = await append(engine, 1);
    expect(first.durability).toBe('replicated');
    for (let node = 0; node < cluster.size; node++) {
      await cluster.node(node).end('SIGTERM');
      await cluster.restart(node);
      await cluster.healthy();
    }
    await eventually(() => engine.fault() === undefined);
    expect(await append(engine, 2)).toMatchObject({ epoch: first.epoch, firstSeq: 2 });
    expect(lost).toEqual([]);
    await close(engine);
    expect((await open()).queue(QUEUE).head()).toMatchObject({ epoch: first.epoch, lastSeq: 2 });
  });

  it('has new epochs when all servers of a cluster were killed at once', async () => {
    const cluster = await startThree();
    const lost: Error[] = [];
    const engine = await open({ onLost: (error) => lost.push(error) });
    const { epoch } = await append(engine, 1);
    await Promise.all([0, 1, 2].map((node) => cluster.node(node).kill()));
    await Promise.all([0, 1, 2].map((node) => cluster.restart(node)));
    await eventually(() => lost.length > 0);
    await close(engine);
    let renewed = 0;
    const { epoch: next, lastSeq } = (await open({ onRenewed: () => renewed++ })).queue(QUEUE).head();
    expect([renewed, next === epoch, lastSeq]).toEqual([1, false, 1]);
  });
});
