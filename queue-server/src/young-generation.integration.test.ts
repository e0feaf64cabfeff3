import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MODULE = pathToFileURL(join(import.meta.dirname, '../dist/young-generation.js')).href;

/** How large V8 makes the space for new objects in a process of which much survives. */
const youngBytes = async (before: string): Promise<number> => {
  const program = `${before}
import { getHeapSpaceStatistics } from 'node:v8';
for (let round = 0, kept = []; round < 40; round++, kept = []) for (let n = 0; n < 100_000; n++) kept.push({ n });
console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { env: {} });
  return Number(stdout);
};

it('the space for new objects of a server grows to 8 MiB, where that of other programs grows further', async () => {
  expect(await youngBytes('')).toBeGreaterThan(8 * 1024 * 1024);
  const limited = await youngBytes(`(await import('${MODULE}')).limitYoungGeneration();`);
  expect(limited).toBeLessThanOrEqual(8 * 1024 * 1024);
});
