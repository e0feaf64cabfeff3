import { parseArgs } from 'node:util';
import { loadProducts, type Loading } from './loading.js';

/** `npm run loading -w api-server -- [products]`: see the README. */
const { positionals } = parseArgs({ allowPositionals: true });
const count = Number(positionals[0] ?? '10000');

const report = await loadProducts(count);
console.log(JSON.stringify(report, undefined, 2));
const isWhole = ({ statuses, products, events, distinct }: Loading): boolean =>
  [statuses['201'], products, events, distinct].every((found) => found === count);
if (![report.single, report.batches].every(isWhole)) throw new Error('The events are not the products.');
console.log(`batches are ${(report.single.ms / report.batches.ms).toFixed(1)} times as fast`);
