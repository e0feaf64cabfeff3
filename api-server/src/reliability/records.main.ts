import { parseArgs } from 'node:util';
import { loadRecords } from './records.js';

/** `npm run records -w api-server -- [records]`: see the README. */
const { positionals } = parseArgs({ allowPositionals: true });
const count = Number(positionals[0] ?? '10000');

const report = await loadRecords(count, process.env.MONGODB_URI);
console.log(JSON.stringify(report, undefined, 2));
const { printed, replayed, missing } = report;
const counts = [printed.events, printed.names, replayed.events, replayed.names];
if (missing.length > 0 || counts.some((found) => found !== count)) {
  throw new Error('The events are not the records.');
}
