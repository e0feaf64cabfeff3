import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { playClusterNemesis } from './cluster/cluster-nemesis.js';
import { failingNats } from './failover/failing-nats.js';

/** `npm run nemesis:cluster -w queue-server -- [seconds] [messages a second] [seed]`: see the README. Needs nats-server. */
const { positionals } = parseArgs({ allowPositionals: true });
const [seconds = '120', perSecond = '1000', seed = String(randomInt(2 ** 31))] = positionals;

console.log(`${seconds} s, ${perSecond} messages/s, seed ${seed}`);
const options = { seconds: Number(seconds), perSecond: Number(perSecond), seed: Number(seed) };
const report = await playClusterNemesis(options, await failingNats(), (line) => console.log(line));
console.log(JSON.stringify(report, undefined, 2));
if (report.problems.length > 0) {
  throw new Error(`Messages were lost or mixed up (seed ${seed}):\n${report.problems.join('\n')}`);
}
