import { parseArgs } from 'node:util';
import { flood, FLOOD_KINDS, harmOf, linesOf, type FloodReport, type Waits } from './flood/flood.js';

/** How much longer another client may wait beside a flood. */
const MAX_FACTOR = 2;
const WAITS: readonly (keyof Waits)[] = ['receiptMs', 'deliveryMs'];

/** `npm run flood -w queue-server -- [--short] [kind …]`: see the README. Linux only. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } },
});
const kinds = FLOOD_KINDS.filter((kind) => positionals.length === 0 || positionals.includes(kind));
if (kinds.length < positionals.length) throw new Error(`Expected some of ${FLOOD_KINDS.join(', ')}.`);

const length = values.short ? { seconds: 5, rounds: 1 } : { seconds: 8, rounds: 3 };
const options = { messagesPerSecond: 1_000, factor: 10, ...length };
const slowerBy = ({ kind, quiet, flooded }: FloodReport): string[] =>
  WAITS.filter((wait) => flooded[wait] > MAX_FACTOR * quiet[wait]).map(
    (wait) => `${kind}: ${wait} is more than ${MAX_FACTOR} × as long`,
  );

const broken: string[] = [];
for (const kind of kinds) {
  const report = await flood({ ...options, kind });
  for (const line of linesOf(report)) console.log(line);
  broken.push(...harmOf(report, options), ...slowerBy(report));
}
if (broken.length > 0) throw new Error(`The flood did harm: ${broken.join(', ')}.`);
console.log('The flood harmed nobody else.');
