import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MODULE = pathToFileURL(join(import.meta.dirname, '../dist/young-generation.js')).href;

/** What a program prints as JSON. */
const printed = async (program: string): Promise<unknown> => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { env: {} });
  return JSON.parse(stdout);
};

/** How large V8 makes the space for new objects in a process of which much survives. */
const youngBytes = async (before: string): Promise<number> => {
  const program = `${before}
import { getHeapSpaceStatistics } from 'node:v8';
for (let round = 0, kept = []; round < 40; round++, kept = []) for (let n = 0; n < 100_000; n++) kept.push({ n });
console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);`;
  return Number(await printed(program));
};

it('the space for new objects of a server grows to 8 MiB, where that of other programs grows further', async () => {
  expect(await youngBytes('')).toBeGreaterThan(8 * 1024 * 1024);
  const limited = await youngBytes(`(await import('${MODULE}')).limitYoungGeneration();`);
  expect(limited).toBeLessThanOrEqual(8 * 1024 * 1024);
});

it('1.25 MB of frames cause a minor collection, and no other code gets the means to it', async () => {
  const found = await printed(`
import { PerformanceObserver, constants } from 'node:perf_hooks';
import { runInNewContext } from 'node:vm';
import { youngCollections } from '${MODULE}';
const onBytes = youngCollections();
const kinds = [];
const observer = new PerformanceObserver((list) => kinds.push(...list.getEntries().map(({ detail }) => detail)));
observer.observe({ entryTypes: ['gc'] });
onBytes(1_250_000);
while (kinds.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
const { NODE_PERFORMANCE_GC_MINOR: kind, NODE_PERFORMANCE_GC_FLAGS_FORCED: flags } = constants;
const forced = kinds.filter((each) => each.kind === kind && each.flags === flags).length;
console.log(JSON.stringify({ forced, here: typeof globalThis.gc, elsewhere: runInNewContext('typeof gc') }));`);
  expect(found).toEqual({ forced: 1, here: 'undefined', elsewhere: 'undefined' });
});
