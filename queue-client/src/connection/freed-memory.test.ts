import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

const module = new URL('../../dist/connection/freed-memory.node.js', import.meta.url).href;

const ROUNDS = 50;
const BUFFERS = 30;
const BUFFER_BYTES = 300_000;
const PAGE_BYTES = 4_096;
const PAGES_WRITTEN = (ROUNDS * BUFFERS * BUFFER_BYTES) / PAGE_BYTES;

/** Prints the page faults of buffers that are filled and freed, round after round. */
const program = `
  import { keepFreedMemory } from '${module}';
  keepFreedMemory();
  const round = () => {
    Array.from({ length: ${BUFFERS} }, () => Buffer.allocUnsafeSlow(${BUFFER_BYTES}).fill(1));
    gc();
  };
  for (let warm = 0; warm < 5; warm++) round();
  const before = process.resourceUsage().minorPageFault;
  for (let n = 0; n < ${ROUNDS}; n++) round();
  console.log(process.resourceUsage().minorPageFault - before);
`;

// Safe: the report of this process has a header; only with glibc it names its version.
const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
const withGlibc = header.glibcVersionRuntime === undefined ? it.skip : it;

withGlibc('memory that was freed is used again without new pages', () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', program];
  // Without the variables that set glibc's limits.
  const env = { PATH: process.env.PATH };
  const pageFaults = Number(execFileSync(process.execPath, args, { encoding: 'utf8', env }));
  expect(pageFaults).toBeLessThan(PAGES_WRITTEN / 10);
});
