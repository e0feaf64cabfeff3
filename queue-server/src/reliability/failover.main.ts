import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { failingNats } from './failover/failing-nats.js';
import { failingRedis } from './failover/failing-store.js';
import { playFailover } from './failover/failover.js';

const STORES = { redis: failingRedis, nats: failingNats } as const;

/**
 * `npm run failover -w queue-server -- [seconds] [messages a second] [seed] [--nats]`: see the README. Needs redis-server, or
 * nats-server.
 */
const { positionals, values } = parseArgs({ allowPositionals: true, options: { nats: { type: 'boolean' } } });
const [seconds = '300', perSecond = '2000', seed = String(randomInt(2 ** 31))] = positionals;

console.log(`${seconds} s, ${perSecond} messages/s, seed ${seed}`);
const options = { seconds: Number(seconds), perSecond: Number(perSecond), seed: Number(seed) };
const report = await playFailover(options, await STORES[values.nats === true ? 'nats' : 'redis'](), (line) =>
  console.log(line),
);
console.log(JSON.stringify(report, undefined, 2));
if (report.problems.length > 0) {
  throw new Error(`Messages were lost or mixed up (seed ${seed}):\n${report.problems.join('\n')}`);
}
