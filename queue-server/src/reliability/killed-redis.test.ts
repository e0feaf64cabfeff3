import { expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import { describeWithRedis, RedisServer } from '../engine/redis/redis.fixture.js';
import { freePort } from './free-port.js';
import { lost, outOfOrder, unexpected, type Handled } from './loss-checker.js';
import { seededRandom } from './seeded-random.js';
import { ServerProcess } from './server-process.js';

const MESSAGES = 6_000;
const KEYS = 50;
const KILLS = 6;

describeWithRedis('a server whose data is in Redis', () => {
  it('loses nothing and keeps the order of keys while it and Redis are killed', async () => {
    const random = seededRandom(20_261_129);
    const redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always');
    const server = await ServerProcess.start({ STORAGE: redis.url, PORT: String(await freePort()) });
    const { port, key: token } = server.target;
    const queue = connect(contract, { url: `http://127.0.0.1:${port}`, token });
    queue.on('error', () => undefined);
    const handled: Handled[] = [];
    queue.subscribe('database', { group: 'workers', concurrency: 16 }, ({ seq, headers }, { attempt }) => {
      handled.push({ seq, attempt, key: headers.key ?? '', at: performance.now() });
    });
    const published = new Map<number, { key: string }>();
    const kills = { go: true };
    const publishing = (async () => {
      for (let n = 0; kills.go || n < MESSAGES; n += 10) {
        const batch = Array.from({ length: 10 }, async (_, index) => {
          const key = n % 4 === 0 ? `key-${(n + index) % KEYS}` : '';
          const payload = { model: 'product', id: String(n + index), count: 1 };
          const options = key === '' ? {} : { headers: { key } };
          const receipt = await queue.publish('database', 'read', payload, options);
          expect(receipt.durability).toBe('disk');
          published.set(receipt.seq, { key });
        });
        await Promise.all(batch);
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      await setTimeout(random.below(600));
      if (kill % 2 === 0) await server.restart('SIGKILL');
      else {
        await redis.kill();
        await redis.restart();
      }
    }
    kills.go = false;
    await publishing;
    const depth = async (): Promise<number> => (await queue.admin.groups('database'))[0]?.depth ?? 1;
    while ((await depth()) > 0) await setTimeout(50);
    expect({
      lost: lost(published, handled),
      unexpected: unexpected(published, handled),
      outOfOrder: outOfOrder(handled),
    }).toEqual({ lost: [], unexpected: [], outOfOrder: [] });
    await queue.close();
    await server.close();
    await redis.stop();
  });
});
