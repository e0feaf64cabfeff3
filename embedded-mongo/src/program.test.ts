import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnEmbeddedMongo, type SpawnedMongo } from './spawn.js';

let dataDir: string;
let mongo: SpawnedMongo | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'embedded-mongo-'));
});
afterEach(async () => {
  await mongo?.close();
  mongo = undefined;
  await rm(dataDir, { recursive: true });
});

const start = async (): Promise<MongoClient> => {
  mongo = await spawnEmbeddedMongo({ dataDir });
  return MongoClient.connect(mongo.uri, { serverSelectionTimeoutMS: 1_000, retryWrites: false });
};
const kill = async (): Promise<void> => {
  if (mongo?.pid === undefined) throw new Error('it does not run');
  process.kill(mongo.pid, 'SIGKILL');
  expect(await mongo.exited).toBeNull();
};

interface Numbered {
  readonly _id: number;
}

describe('the process', () => {
  it('has after SIGKILL every write that was acknowledged, and transactions whole', async () => {
    const client = await start();
    const singles = client.db('shop').collection<Numbered>('singles');
    const pairs = client.db('shop').collection<Numbered>('pairs');
    await singles.createIndex({ name: 1 }, { unique: true, sparse: true }, {});
    const acknowledged: number[] = [];
    const write = async (worker: number): Promise<void> => {
      for (let i = 0; i < 10_000; i++) {
        const _id = worker * 100_000 + i;
        await singles.insertOne({ _id });
        acknowledged.push(_id);
        if (i % 3 > 0) continue;
        await client.withSession((session) =>
          session.withTransaction(async () => {
            await pairs.insertOne({ _id }, { session });
            await pairs.insertOne({ _id: -_id - 1 }, { session });
          }),
        );
        if (acknowledged.length > 300) return kill();
      }
    };
    await Promise.allSettled([1, 2, 3, 4].map(write));
    await client.close();
    const again = await start();
    const found = await again.db('shop').collection<Numbered>('singles').find().toArray();
    const ids = new Set(found.map(({ _id }) => _id));
    expect(acknowledged.filter((_id) => !ids.has(_id))).toEqual([]);
    const both = await again.db('shop').collection<Numbered>('pairs').find().toArray();
    const halves = new Set(both.map(({ _id }) => _id));
    expect([...halves].filter((_id) => !halves.has(-_id - 1))).toEqual([]);
    expect(halves.size).toBeGreaterThan(0);
    expect(await again.db('shop').collection('singles').indexes()).toHaveLength(2);
    await again.close();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'outlives a %s to its process group as long as the program that started it holds its pipe',
    async (signal) => {
      const client = await start();
      process.kill(mongo?.pid ?? NaN, signal);
      expect(await client.db('shop').collection('notes').countDocuments()).toBe(0);
      await client.close();
      await mongo?.close();
      expect(await mongo?.exited).toBe(0);
    },
  );

  it('ends when its pipe closes, and leaves everything to the next one', async () => {
    const client = await start();
    await client.db('shop').collection<Numbered>('notes').insertOne({ _id: 1 });
    await client.close();
    await mongo?.close();
    expect(await mongo?.exited).toBe(0);
    const again = await start();
    expect(await again.db('shop').collection('notes').countDocuments()).toBe(1);
    await again.close();
  });

  it('says when its folder belongs to another one', async () => {
    mongo = await spawnEmbeddedMongo({ dataDir });
    await expect(spawnEmbeddedMongo({ dataDir })).rejects.toThrow(
      /ended with 1: .*Another embedded-mongo owns/,
    );
  });

  it('says when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(spawnEmbeddedMongo({ dataDir, port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`);
    await new Promise((resolve) => other.close(resolve));
  });

  it('says when it may not listen there', async () => {
    await expect(spawnEmbeddedMongo({ dataDir, host: '0.0.0.0' })).rejects.toThrow(
      /ended with 78: .*HOST="0.0.0.0": there is no authentication/s,
    );
  });
});

describe('the program by itself', () => {
  const program = join(import.meta.dirname, '../dist/main.js');
  const run = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [program], {
      env: { PORT: '0', DATA_DIR: 'mine', INIT_CWD: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line: readonly unknown[] = await once(child.stdout, 'data');
    const [, folder] =
      /^embedded-mongo listens on mongodb:\/\/127\.0\.0\.1:\d+\/\?\S+, with its data in (.+)\n$/.exec(
        String(line),
      ) ?? [];
    expect(folder).toBe(join(dataDir, 'mine', 'mongo'));
    return child;
  };

  it.each(['SIGTERM', 'SIGINT'] as const)('says where its data is, and ends by %s', async (signal) => {
    const child = await run();
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
