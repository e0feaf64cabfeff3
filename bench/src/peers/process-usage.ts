import { readdir, readFile } from 'node:fs/promises';

/** Of processes and all below them. */
export interface ProcessUsage {
  readonly cpuMs: number;
  /** Resident memory. */
  readonly bytes: number;
}

interface Stat extends ProcessUsage {
  readonly pid: number;
  readonly parent: number;
}

const MS_PER_TICK = 10;
const PAGE_BYTES = 4_096;

/** One line of `/proc/<pid>/stat`; the command in parentheses may contain anything. */
export const parseStat = (text: string): Stat => {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index]);
  return {
    pid: Number.parseInt(text),
    parent: number(1),
    cpuMs: (number(11) + number(12)) * MS_PER_TICK,
    bytes: number(21) * PAGE_BYTES,
  };
};

/** The process `root` and all below it. */
export const familyOf = (root: number, stats: readonly Stat[]): Stat[] => {
  const [self] = stats.filter(({ pid }) => pid === root);
  const children = stats.filter(({ parent }) => parent === root);
  return [...(self === undefined ? [] : [self]), ...children.flatMap(({ pid }) => familyOf(pid, stats))];
};

/** From `/proc`: only on Linux, as the peers' packages are Debian's. */
export const usageOf = async (roots: readonly number[]): Promise<ProcessUsage> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // A process may end between both calls.
  const texts = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)),
  );
  const stats = texts.filter((text) => text !== undefined).map((text) => parseStat(text));
  const family = roots.flatMap((root) => familyOf(root, stats));
  return {
    cpuMs: family.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    bytes: family.reduce((sum, { bytes }) => sum + bytes, 0),
  };
};
