import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { surviveKills } from './kills.js';

/** `npm run kills -w api-server -- [kills] [seed]`: see the README. */
const { positionals } = parseArgs({ allowPositionals: true });
const [kills = '50', seed = String(randomInt(2 ** 31))] = positionals;

console.log(`${kills} kills, seed ${seed}`);
const report = await surviveKills(Number(kills), Number(seed), console.log, process.env.MONGODB_URI);
console.log(JSON.stringify(report, undefined, 2));
if (report.differences.length > 0) throw new Error('The events are not the changes of the database.');
