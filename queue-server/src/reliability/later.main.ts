import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { playLater } from './later/later.js';

/** `npm run later -w queue-server -- [messages] [seconds] [seed]`: see the README. Linux only. */
const { positionals } = parseArgs({ allowPositionals: true });
const [messages = '100000', seconds = '60', seed = String(randomInt(2 ** 31))] = positionals;

console.log(`${messages} messages in ${seconds} s, seed ${seed}`);
const options = { messages: Number(messages), seconds: Number(seconds), seed: Number(seed) };
const report = await playLater(options, (line) => console.log(line));
console.log(JSON.stringify(report, undefined, 2));
if (report.problems.length > 0) {
  throw new Error(`The server did not keep its promises (seed ${seed}):\n${report.problems.join('\n')}`);
}
