import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstPair, secondPair } from '../../access/certificates.fixture.js';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { openRedisEngine } from './open-redis-engine.js';
import type { StoreTls } from '../remote/store-tls.js';
import { freePort } from '../../reliability/free-port.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';

describeWithRedis('an engine in a Redis with TLS, whose certificate nobody else signed', () => {
  let folder: string;
  let redis: RedisServer;
  let url: string;
  let engine: Engine | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redis-tls-'));
    const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await writeFile(files.cert, firstPair.cert);
    await writeFile(files.key, firstPair.key);
    const port = await freePort();
    url = `rediss://127.0.0.1:${port}`;
    const tls = ['--tls-cert-file', files.cert, '--tls-key-file', files.key];
    redis = await RedisServer.start('--tls-port', String(port), '--tls-auth-clients', 'no', ...tls);
  });
  afterEach(async () => {
    await engine?.close();
    engine = undefined;
  });
  afterAll(async () => {
    await redis.stop();
    await rm(folder, { recursive: true });
  });

  const open = async (tls?: StoreTls): Promise<Engine> =>
    (engine = await openRedisEngine({ url, tls, queues: [{ name: 'files', retention: {} }] }));

  it.each([undefined, {}, { verify: true }, { ca: secondPair.cert }])('is refused with %j', async (tls) => {
    await expect(open(tls)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('REDIS_CA_FILE'),
    });
  });

  it.each([{ ca: firstPair.cert }, { verify: false }])('stores with %j', async (tls) => {
    const appended = await (await open(tls)).queue('files').append(frameOf([1]));
    expect(appended.firstSeq).toBeGreaterThan(0);
  });
});
