import { parseArgs } from 'node:util';
import { flood, harmOf, linesOf } from './flood/flood.js';

/** How much longer another client may wait beside a flood. */
const MAX_FACTOR = 2;

/** `npm run flood -w queue-server -- [seconds]`: see the README. Linux only. */
const { positionals } = parseArgs({ allowPositionals: true });
const seconds = Number(positionals[0] ?? 20);
if (!(seconds > 0))
  throw new Error(`Expected how many seconds each run takes, not ${String(positionals[0])}.`);

const options = { limit: 1_000, factor: 10, seconds, rounds: 3 };
const report = await flood(options);
for (const line of linesOf(report)) console.log(line);
const { quiet, flooded } = report;
const slower = (['receiptMs', 'deliveryMs'] as const).filter(
  (wait) => flooded[wait] > MAX_FACTOR * quiet[wait],
);
const broken = [
  ...harmOf(report, options),
  ...slower.map((wait) => `${wait} is more than ${MAX_FACTOR} × as long`),
];
if (broken.length > 0) throw new Error(`The flood did harm: ${broken.join(', ')}.`);
console.log('The flood harmed nobody else.');
