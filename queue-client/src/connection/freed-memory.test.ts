import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

const module = new URL('../../dist/connection/freed-memory.node.js', import.meta.url).href;

/** Prints the page faults of 3.6 MB that are received and freed, 50 times. */
const program = (first: string): string => `
  ${first}
  const round = () => {
    Array.from({ length: 6 }, () => Buffer.allocUnsafeSlow(600_000).fill(1));
    gc();
  };
  for (let warm = 0; warm < 5; warm++) round();
  const before = process.resourceUsage().minorPageFault;
  for (let n = 0; n < 50; n++) round();
  console.log(process.resourceUsage().minorPageFault - before);
`;

const pageFaults = (first: string): number => {
  const args = ['--expose-gc', '--input-type=module', '--eval', program(first)];
  // What the tests run with must not decide it.
  const env = { PATH: process.env.PATH };
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8', env }));
};

// Safe: the report of this process has a header; only with glibc it names its version.
const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
const withGlibc = header.glibcVersionRuntime === undefined ? it.skip : it;

withGlibc('memory that was freed is used again without new pages', () => {
  const kept = pageFaults(`import { keepFreedMemory } from '${module}'; keepFreedMemory();`);
  expect(kept).toBeLessThan(pageFaults('') / 2);
});
