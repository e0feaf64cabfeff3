import { parseArgs } from 'node:util';
import { attacks } from './siege/attacks.js';
import { besiege, brokenLimits, linesOf } from './siege/siege.js';

/** `npm run siege -w queue-server -- [attack…]`: see the README. Linux only. */
const { positionals } = parseArgs({ allowPositionals: true });
const known = attacks.map(({ name }) => name);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`No attack ${unknown.join(', ')}. There are: ${known.join(', ')}.`);

const broken: string[] = [];
for (const name of positionals.length === 0 ? known : positionals) {
  const report = await besiege(name);
  for (const line of linesOf(report)) console.log(line);
  if (brokenLimits(report).length > 0) broken.push(name);
}
if (broken.length > 0) throw new Error(`Limits are broken by: ${broken.join(', ')}.`);
console.log('Every attack was held off.');
