import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { startEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { dyno, heard, KEY, stopped } from './dyno.fixture.mjs';
import { freePort } from './free-port.fixture.mjs';
import { describeWithRedis, RedisServer } from '../queue-server/src/engine/redis/redis.fixture.ts';

const RESTARTS = 4;
const WRITES_BETWEEN = 40;

describeWithRedis('three apps whose queue is in Redis', () => {
  let folder;
  let redis;
  let mongo;
  let queueEnv;
  beforeAll(async () => {
    mongo = await startEmbeddedMongo();
  });
  afterAll(() => mongo.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dyno-drill-'));
    // As Heroku has it: a store that does not say what it flushes.
    redis = await RedisServer.start();
    queueEnv = { PORT: await freePort(), QUEUE_TOKENS: KEY, STORAGE: redis.url };
  });
  afterEach(async () => {
    await redis.stop();
    await rm(folder, { recursive: true });
  });

  /** A queue server on a new disk. */
  const queueDyno = async () => {
    const disk = await mkdtemp(join(folder, 'disk-'));
    const program = await dyno('queue-server', 'web', { ...queueEnv, DATA_DIR: disk });
    await heard(program, 'listens on http://0.0.0.0');
    return { program, disk };
  };

  it('lose nothing while the disk of the queue server is wiped and it starts again, and no publisher sees an error', async () => {
    let queue = await queueDyno();
    const url = `http://localhost:${queueEnv.PORT}`;
    const clients = { QUEUE_URL: url, QUEUE_TOKEN: KEY };
    const log = await dyno('logger', 'worker', clients);
    const apiPort = await freePort();
    const env = { ...clients, PORT: apiPort, API_TOKENS: KEY, MONGODB_URI: mongo.uri };
    const api = await dyno('api-server', 'web', env);
    await heard(api, 'API server listens on http://0.0.0.0');
    const publisher = connect(contract, { url, token: KEY });
    publisher.on('error', () => undefined);
    const created = [];
    const receipts = [];
    const create = async () => {
      const response = await globalThis.fetch(`http://localhost:${apiPort}/api/v1/categories`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
        body: JSON.stringify({ name: `Lamps ${created.length} ${receipts.length}` }),
      });
      expect(response.status).toBe(201);
      created.push((await response.json()).id);
    };
    let isWriting = true;
    const writing = (async () => {
      for (let n = 0; isWriting; n++) {
        const payload = { path: `/${n}`, bytes: 1, sha256: 'a'.repeat(64), durationMs: 1 };
        const [receipt] = await Promise.all([publisher.publish('files', 'save', payload), create()]);
        receipts.push(receipt);
      }
    })();
    for (let restart = 0; restart < RESTARTS; restart++) {
      const due = created.length + WRITES_BETWEEN;
      while (created.length < due) await Promise.race([setTimeout(10), writing]);
      queue.program.child.kill(restart % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      await queue.program.ended;
      // Nothing of the queue is on it.
      expect(await readdir(queue.disk)).toEqual([]);
      await rm(queue.disk, { recursive: true });
      queue = await queueDyno();
    }
    isWriting = false;
    await writing;
    const missing = () => [
      ...created.filter((id) => !log.output.includes(id)),
      ...receipts.filter(({ id }) => !log.output.includes(id)),
    ];
    for (let waited = 0; missing().length > 0 && waited < 300; waited++) await setTimeout(100);
    expect(missing()).toEqual([]);
    expect(new Set(receipts.map(({ seq }) => seq)).size).toBe(receipts.length);
    await publisher.close();
    expect(await stopped(queue.program, log, api)).toEqual([0, 0, 0]);
  });
});
