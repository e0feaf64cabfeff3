import { parseArgs } from 'node:util';
import { tryDamages } from './flips/flips.js';

/** `npm run flips -w queue-server -- [step]`: see the README. */
const { positionals } = parseArgs({ allowPositionals: true });
const step = Number(positionals[0] ?? '1');
let faults = 0;
for (const snapshot of [false, true]) {
  console.log(snapshot ? 'groups as a snapshot' : 'groups as records');
  const report = await tryDamages({ snapshot, step }, (done, of) => console.log(`${done} of ${of}`));
  console.log(JSON.stringify(report, undefined, 2));
  faults += report.faults.length;
}
if (faults > 0) throw new Error('Something that was confirmed is altered or lost without a gap.');
