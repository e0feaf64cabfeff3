import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { failingRedis } from './failover/failing-store.js';
import { playFailover } from './failover/failover.js';

/** `npm run failover -w queue-server -- [seconds] [messages a second] [seed]`: see the README. Needs redis-server. */
const { positionals } = parseArgs({ allowPositionals: true });
const [seconds = '300', perSecond = '2000', seed = String(randomInt(2 ** 31))] = positionals;

console.log(`${seconds} s, ${perSecond} messages/s, seed ${seed}`);
const options = { seconds: Number(seconds), perSecond: Number(perSecond), seed: Number(seed) };
const report = await playFailover(options, await failingRedis(), (line) => console.log(line));
console.log(JSON.stringify(report, undefined, 2));
if (report.problems.length > 0) {
  throw new Error(`Messages were lost or mixed up (seed ${seed}):\n${report.problems.join('\n')}`);
}
