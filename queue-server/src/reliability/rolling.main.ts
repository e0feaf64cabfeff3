import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { playRollingRestart } from './rolling/rolling-restart.js';

/** `npm run rolling:cluster -w queue-server -- [messages a second] [seed]`: see the README. Needs nats-server. */
const { positionals } = parseArgs({ allowPositionals: true });
const [perSecond = '500', seed = String(randomInt(2 ** 31))] = positionals;

console.log(`${perSecond} messages/s, seed ${seed}`);
const options = { perSecond: Number(perSecond), seed: Number(seed) };
const report = await playRollingRestart(options, (line) => console.log(line));
console.log(JSON.stringify(report, undefined, 2));
if (report.problems.length > 0) {
  throw new Error(`A rolling restart was noticed (seed ${seed}):\n${report.problems.join('\n')}`);
}
