import { afterEach, describe, expect, it } from '@jest/globals';
import { frame } from '../../limited-server.fixture.js';
import { plainClient, type PlainClient } from '../../plain-client.fixture.js';
import type { ServingOptions } from '../../server-options.js';
import { TestCluster } from './cluster.fixture.js';

const KEY = 'key-of-the-first-one';
const MIB = 1024 * 1024;

let cluster: TestCluster;
const clients: PlainClient[] = [];
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.disconnect();
  await cluster.close();
});

const start = async (options: ServingOptions): Promise<void> => {
  cluster = await TestCluster.start({ keys: [KEY], ...options });
};
const connected = async (): Promise<PlainClient> => {
  const client = await plainClient(cluster.url, { token: KEY });
  clients.push(client);
  return client;
};
const LIMITED = { messagesPerSecond: 10, now: () => 0 };

describe('frames that a front refuses', () => {
  it.each([
    ['of a queue that is not known', 'nothing'],
    ['of what is no queue', {}],
  ])('%s are charged', async (_, queue) => {
    await start(LIMITED);
    const { ask, refusal } = await connected();
    for (let n = 0; n < 10; n++) await ask('publish:frame', queue, frame({ count: 1 }));
    expect(await refusal('publish:frame', queue, frame({ count: 1 }))).toMatchObject({
      code: 'rate_limited',
    });
  });

  it('of a queue that no server has are charged', async () => {
    await start(LIMITED);
    await cluster.endUnit('files');
    const { ask, refusal } = await connected();
    for (let n = 0; n < 10; n++) await ask('publish:frame', 'files', frame({ count: 1 }));
    expect(await refusal('publish:frame', 'files', frame({ count: 1 }))).toMatchObject({
      code: 'rate_limited',
    });
  });

  it('again and again cost their client its connection', async () => {
    await start(LIMITED);
    const { socket } = await connected();
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    for (let n = 0; n < 1_500; n++) socket.emit('publish:frame', 'nothing', frame({ count: 1 }));
    await gone;
    expect(socket.connected).toBe(false);
  });
});

it('connections of an address are limited by each server, not by each queue once more', async () => {
  await start({ maxConnections: 4, maxConnectionsPerAddress: 3 });
  const admitted = [await connected(), await connected(), await connected()];
  const answers = await Promise.all(admitted.map(({ value }) => value('seq-at', 'files', 'now')));
  expect(answers).toMatchObject([{ seq: 1 }, { seq: 1 }, { seq: 1 }]);
  await expect(connected()).rejects.toThrow();
});

it('one memory budget is that of a server, whatever it has', async () => {
  await start({ memoryBudget: 64 * MIB });
  await connected();
  const headers = { authorization: `Bearer ${KEY}` };
  const text = await (await fetch(`${cluster.url}/metrics`, { headers })).text();
  expect(text).toMatch(new RegExp(`^typed_queue_memory_budget_bytes ${64 * MIB}$`, 'm'));
});

describe('a client that does not read its answers', () => {
  const REQUESTS = 5_000;

  /** Asks again and again, and reads nothing; `answered` tells how many answers came. */
  const startSlow = async () => {
    await start({ memoryBudget: 64 * MIB });
    const { socket } = await connected();
    // Safe: in Node the transport of this client has a WebSocket of `ws`, which can be paused.
    const { ws } = socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
    let answered = 0;
    const all = new Promise<void>((resolve) => {
      socket.once('disconnect', () => resolve());
      for (let n = 0; n < REQUESTS; n++) {
        socket.emit('contract', 'database', null, { annotations: true }, () => {
          if (++answered === REQUESTS) resolve();
        });
      }
    });
    ws.pause();
    const other = await connected();
    for (let n = 0; n < 300; n++) await other.value('seq-at', 'files', 'now');
    return { ws, all, answered: () => answered };
  };
  const memoryUsed = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${KEY}` };
    const text = await (await fetch(`${cluster.url}/metrics`, { headers })).text();
    return Number(/^typed_queue_memory_used_bytes (\d+)$/m.exec(text)?.[1]);
  };

  it('costs the server no more than its share of the memory, and others go on', async () => {
    const slow = await startSlow();
    const used = await memoryUsed();
    slow.ws.resume();
    expect(used).toBeLessThan(16 * MIB);
  });

  it('gets all of them when it reads again', async () => {
    const slow = await startSlow();
    slow.ws.resume();
    await slow.all;
    expect(slow.answered()).toBe(REQUESTS);
  });
});
