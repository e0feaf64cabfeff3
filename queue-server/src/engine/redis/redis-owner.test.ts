import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { HOUR, newId } from '@typed-queue/contracts';
import { setTimeout } from 'node:timers/promises';
import { TrialGroup } from '../conformance/trial-group.fixture.js';
import type { Engine, EngineEvents } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { FLUSHING } from '../../reliability/redis-process.js';
import { openRedisEngine, type RedisOptions } from './open-redis-engine.js';
import { RedisKeys } from './redis-keys.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';

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

describeWithRedis('an engine in Redis', () => {
  let redis: RedisServer;
  let prefix: string;
  let engines: Engine[];
  beforeEach(() => {
    prefix = newId();
    engines = [];
  });
  afterEach(async () => {
    redis.continue();
    await Promise.all(engines.map((engine) => engine.close()));
    await redis.stop();
  });

  const open = async (options: Partial<RedisOptions> = {}): Promise<Engine> => {
    const queues = [{ name: QUEUE, retention: {} }];
    const engine = await openRedisEngine({ url: redis.url, prefix, queues, ...options });
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

  it('waits while another one owns the data, and says so', async () => {
    redis = await RedisServer.start();
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

  it.each([
    ['Redis flushes later', 'appendfsync', 'everysec'],
    ['Redis removes data', 'maxmemory-policy', 'allkeys-lru'],
  ])('ends when %s from now on', async (_, name, value) => {
    redis = await RedisServer.start(...FLUSHING, '--maxmemory', '1gb');
    let lost: Error | undefined;
    await open({ termMs: 100, onLost: (error) => (lost = error) });
    await redis.command('CONFIG', 'SET', name, value);
    await eventually(() => lost !== undefined);
    expect(lost).toMatchObject({ code: 'storage_failed' });
  });

  it('waits no longer when its start is ended', async () => {
    redis = await RedisServer.start();
    await open();
    const ended = new AbortController();
    const onWaiting = async (): Promise<void> => ended.abort(new Error('stopped'));
    const second = open({ signal: ended.signal, onWaiting });
    await expect(second).rejects.toThrow('stopped');
  });

  it('says that it is lost when Redis does not flush its file before it answers any more', async () => {
    redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always');
    const lost: Error[] = [];
    await open({ onLost: (error) => lost.push(error) });
    await redis.command('CONFIG', 'SET', 'appendfsync', 'everysec');
    await redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(() => lost.length > 0);
    expect(lost).toMatchObject([{ code: 'storage_failed' }]);
  });

  it('hands out nothing while its lease is not renewed, and goes on afterwards', async () => {
    redis = await RedisServer.start();
    let leaseTime = 0;
    const engine = await open({ termMs: HOUR, leaseNow: () => leaseTime });
    const group = await groupOf(engine);
    await append(engine, 1);
    const reported: string[] = [];
    engine.listen({ ...silent, ready: (...what) => reported.push(what.join(' ')) });
    leaseTime += HOUR;
    expect(await group.claim('a')).toBeUndefined();
    // The next connection renews it.
    await redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(() => reported.length > 0);
    expect(reported).toEqual(['files g']);
    expect((await group.mustClaim('a')).seqs).toEqual([1]);
  });

  it('says that it is lost when Redis forgot what it had acknowledged', async () => {
    redis = await RedisServer.start();
    const lost: Error[] = [];
    const engine = await open({ onLost: (error) => lost.push(error) });
    const { epoch } = await append(engine, 1);
    await redis.kill();
    await redis.restart();
    await eventually(() => lost.length > 0);
    expect(engine.fault()).toMatchObject({ code: 'storage_failed' });
    await close(engine);
    expect((await append(await open(), 1)).epoch).not.toBe(epoch);
  });

  it('keeps its epochs when a Redis that flushes before it answers was started again', async () => {
    redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always');
    const engine = await open();
    const { epoch } = await append(engine, 1);
    await redis.kill();
    await redis.restart();
    await eventually(() => engine.fault() === undefined);
    expect(await append(engine, 2)).toMatchObject({ epoch, firstSeq: 2, durability: 'disk' });
    await close(engine);
    expect((await open()).queue(QUEUE).head()).toMatchObject({ epoch, lastSeq: 2 });
  });

  it('has new epochs when Redis may have lost messages, and sets back the groups beyond the log', async () => {
    redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'everysec');
    const engine = await open();
    const receipts = [await append(engine, 1), await append(engine, 2)];
    expect(receipts[1]).toMatchObject({ durability: 'memory' });
    const group = await groupOf(engine);
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, { kind: 'dead-letter', reason: 'never' }, [[1, 1]]);
    await group.ack('a', token);
    await eventually(async () => (await letters(engine)).length > 0);
    await group.floor();
    await close(engine);
    const log = new RedisKeys(prefix).journal(`queue/${QUEUE}`);
    await redis.command('XDEL', log.frames(1), '2-1');
    await redis.command('XSETID', log.frames(1), '1-1');
    await redis.command('HSET', log.hash, 'next', 2);
    await redis.command('HSET', new RedisKeys(prefix).store, 'run_id', 'another');
    let renewed = 0;
    const again = await open({ onRenewed: () => renewed++ });
    expect(renewed).toBe(1);
    const { epoch, lastSeq } = again.queue(QUEUE).head();
    expect([epoch === receipts[0]?.epoch, lastSeq]).toEqual([false, 1]);
    expect(again.group(QUEUE, 'g').info()).toMatchObject({ floor: 2 });
    expect(await letters(again)).toMatchObject([{ epoch, seq: 1, reason: 'never' }]);
    expect(await append(again, 3)).toMatchObject({ epoch, firstSeq: 2 });
    await close(again);
    expect((await open()).queue(QUEUE).head()).toMatchObject({ epoch, lastSeq: 2 });
  });

  it('refuses a Redis that removes data when its memory is full', async () => {
    redis = await RedisServer.start('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    await expect(open()).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('says what is wrong when there is no Redis', async () => {
    redis = await RedisServer.start();
    await redis.kill();
    await expect(open()).rejects.toMatchObject({ code: 'storage_unavailable' });
  });
});
