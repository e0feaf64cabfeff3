import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect, type QueueClient, type TailItem } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import { startTestServer, type TestServer } from '../testing.js';
import { seededRandom, type SeededRandom } from './seeded-random.js';
import { CuttingProxy } from './cutting-proxy.fixture.js';

const CUTS = 100;
const PUBLISHERS = 3;

let server: TestServer;
let proxy: CuttingProxy;
let publisher: QueueClient<typeof contract>;
let reader: QueueClient<typeof contract>;
let random: SeededRandom;

beforeEach(async () => {
  random = seededRandom(20_261_123);
  server = await startTestServer();
  proxy = await CuttingProxy.to(server.url);
  publisher = connect(contract, { url: server.url });
  reader = connect(contract, { url: proxy.url, reconnect: { minDelayMs: 1, maxDelayMs: 20 } });
});

afterEach(async () => {
  await reader.close();
  await publisher.close();
  await proxy.close();
  await server.close();
});

/** Publishes in small bursts until `done`; returns how many messages. */
const publishUntil = async (done: () => boolean): Promise<number> => {
  let count = 0;
  while (!done()) {
    const burst = Array.from({ length: 1 + random.below(40) }, () =>
      publisher.publish('database', 'read', { model: 'product', id: String(count++), count: 1 }),
    );
    await Promise.all(burst);
    await setTimeout(random.below(4));
  }
  return count;
};

/** Cuts all connections at random moments, so often that there was one to cut; returns how many there were. */
const cutOften = async (between: () => Promise<void> = async () => undefined): Promise<number> => {
  let cuts = 0;
  for (let rounds = 0; rounds < 20 * CUTS && cuts < CUTS; rounds++) {
    await setTimeout(random.below(30));
    cuts += proxy.cut();
    await between();
  }
  return cuts;
};

/** Follows all messages until a seq. `began` resolves with the first item: what is purged before is not a gap. */
class FollowedTail {
  readonly began: Promise<void>;
  readonly items: Promise<readonly TailItem[]>;
  #begin: () => void = () => undefined;

  constructor(lastSeq: Promise<number>) {
    this.began = new Promise((resolve) => (this.#begin = resolve));
    const tail = reader.tail('database', { from: 'start', window: { messages: 200 } });
    this.items = this.#collect(tail.items());
    void lastSeq.then(async (last) => {
      while ((tail.position?.seq ?? 0) <= last) await setTimeout(5);
      tail.close();
    });
  }

  async #collect(tail: AsyncIterable<TailItem>): Promise<readonly TailItem[]> {
    const items: TailItem[] = [];
    for await (const item of tail) {
      items.push(item);
      this.#begin();
    }
    return items;
  }
}

const seqOf = (item: TailItem): number[] => (item.kind === 'message' ? [item.message.seq] : []);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('a tail whose connection is cut at random', () => {
  it('meets every seq once and in order while publishers run', async () => {
    let done = false;
    const publishing = Promise.all(Array.from({ length: PUBLISHERS }, () => publishUntil(() => done)));
    const total = publishing.then((counts) => counts.reduce((sum, count) => sum + count, 0));
    const tail = new FollowedTail(total);
    expect(await cutOften()).toBeGreaterThanOrEqual(CUTS);
    done = true;
    const items = await tail.items;
    expect(items.flatMap(seqOf)).toEqual(upTo(await total));
    expect(items.filter(({ kind }) => kind === 'gap')).toEqual([]);
  });

  it('gets the exact gap of what was removed while it read', async () => {
    let done = false;
    const total = publishUntil(() => done);
    const tail = new FollowedTail(total);
    const purge = async (): Promise<void> => {
      if (random.below(4) > 0) return;
      proxy.closed = true;
      proxy.cut();
      await setTimeout(random.below(20));
      await publisher.admin.purge('database');
      proxy.closed = false;
    };
    await tail.began;
    await cutOften(purge);
    done = true;
    const items = await tail.items;
    const seen = items.flatMap((item) => {
      if (item.kind !== 'gap' || item.gap.reason === 'reset') return seqOf(item);
      expect(item.gap.reason).toBe('retention');
      const { from, to } = item.gap;
      return upTo(to).slice(from - 1);
    });
    expect(seen).toEqual(upTo(await total));
    expect(items.filter(({ kind }) => kind === 'gap').length).toBeGreaterThan(0);
  });
});
