import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz/fuzz.js';

/** `npm run fuzz -w queue-server -- [seconds] [seed]`: see the README. Linux only. */
const { positionals } = parseArgs({ allowPositionals: true });
const [seconds = '60', seed = String(randomInt(2 ** 31))] = positionals;

console.log(`${seconds} s, seed ${seed}`);
const end = performance.now() + Number(seconds) * 1_000;
const { reproducer, ...report } = await fuzz(Number(seed), () => performance.now() < end);
console.log(JSON.stringify(report, undefined, 2));
for (const each of reproducer) console.log(each);
if (report.problems.length > 0) {
  throw new Error(`The server is not up to what it was sent (seed ${seed}):\n${report.problems.join('\n')}`);
}
