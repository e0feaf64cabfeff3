import { afterAll } from '@jest/globals';
import { createHash } from 'node:crypto';
import { NatsProcess } from './reliability/nats-process.js';
import { FLUSHING, RedisProcess } from './reliability/redis-process.js';

/** A store that servers of tests share, each with a prefix of its own. */
interface TestedStore {
  readonly start: () => Promise<{ readonly url: string; stop(): Promise<void> }>;
  readonly prefixVariable: string;
}

const STORES: Readonly<Record<string, TestedStore>> = {
  redis: { start: () => RedisProcess.start(...FLUSHING), prefixVariable: 'REDIS_PREFIX' },
  nats: { start: () => NatsProcess.start(), prefixVariable: 'NATS_PREFIX' },
};

/** `TEST_STORAGE=redis` or `nats`: servers that tests start keep their data there, whatever the test kills. */
const tested = STORES[process.env.TEST_STORAGE ?? ''];

let running: ReturnType<TestedStore['start']> | undefined;

/** The variables of a server whose data is that of a folder. */
export const storageVariables = async (dataDir: string): Promise<Readonly<Record<string, string>>> => {
  if (tested === undefined) return {};
  const { url } = await (running ??= tested.start());
  const prefix = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return { STORAGE: url, [tested.prefixVariable]: prefix };
};

if (tested !== undefined) afterAll(async () => (await running)?.stop());
