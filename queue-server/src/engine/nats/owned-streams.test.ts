import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { HOUR, newId } from '@typed-queue/contracts';
import { setTimeout } from 'node:timers/promises';
import { NatsProcess } from '../../reliability/nats-process.js';
import { describeWithNats } from './nats.fixture.js';
import type { Owned } from './open-owned-streams.js';
import { openStore } from './owned-streams.fixture.js';

describeWithNats('the owner of a store', () => {
  let nats: NatsProcess;
  let opened: Owned[];
  let prefix: string;
  beforeEach(async () => {
    nats = await NatsProcess.start();
    opened = [];
    prefix = newId();
  });
  afterEach(async () => {
    nats.continue();
    await Promise.all(opened.map(({ store }) => store.release()));
    await nats.stop();
  });

  const open: typeof openStore = async (url, options) => {
    const owned = await openStore(url, { prefix, ...options });
    opened.push(owned);
    return owned;
  };
  const lossOf = ({ store }: Owned): Promise<Error> => new Promise((resolve) => store.onLost(resolve));

  it('has a valid lease', async () => {
    expect((await open(nats.url)).lease.isValid()).toBe(true);
  });

  it('is one server of a prefix', async () => {
    await open(nats.url);
    expect((await open(nats.url, { prefix: newId() })).lease.isValid()).toBe(true);
  });

  it('lets the next one in at once when it releases the store, which says once that it waits', async () => {
    const first = await open(nats.url, { termMs: HOUR });
    let waiting = 0;
    const second = open(nats.url, {
      onWaiting: async () => {
        waiting++;
        await first.store.release();
      },
    });
    expect((await second).lease.isValid()).toBe(true);
    expect(waiting).toBe(1);
  });

  it('has the store until a whole term passed without a renewal, by the clock of who waits', async () => {
    const { lease } = await open(nats.url, { termMs: HOUR });
    const renewed: boolean[] = [];
    let now = 0;
    let looks = 0;
    const steadyNow = (): number => {
      // It sees one renewal, and none after it.
      if (++looks === 3) void lease.renew().then((isRenewed) => renewed.push(isRenewed));
      return (now += 0.3 * HOUR);
    };
    expect((await open(nats.url, { termMs: HOUR, steadyNow })).lease.isValid()).toBe(true);
    expect(renewed).toEqual([true]);
    expect(looks).toBeGreaterThan(6);
  });

  it('fails when another one took the store', async () => {
    const first = await open(nats.url);
    const lost = lossOf(first);
    let now = 0;
    await open(nats.url, { steadyNow: () => (now += HOUR) });
    expect(await lost).toMatchObject({ code: 'storage_failed' });
  });

  it('waits no longer when its start is ended', async () => {
    await open(nats.url);
    const ended = new AbortController();
    const onWaiting = async (): Promise<void> => ended.abort(new Error('stopped'));
    await expect(open(nats.url, { signal: ended.signal, onWaiting })).rejects.toThrow('stopped');
  });

  it('has no valid lease while NATS does not answer, and a valid one again afterwards', async () => {
    const { lease } = await open(nats.url, { termMs: 300 });
    let regained = 0;
    lease.onRegained(() => regained++);
    nats.freeze();
    while (lease.isValid()) await setTimeout(5);
    nats.continue();
    while (!lease.isValid()) await setTimeout(5);
    expect(regained).toBe(1);
  });
});
