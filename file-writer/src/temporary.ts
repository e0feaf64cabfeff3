import { createHash, randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { failureOf } from './file-system.js';
import type { FileSystem } from './file-system.js';

/** The processes of this machine. A temporary file is named by the one that writes it. */
export interface Processes {
  /** Of this one. */
  readonly pid: number;
  /** Whether another process has this number. */
  isRunning(pid: number): boolean;
}

/** As this process sees them. */
export const processesFrom = (process: {
  readonly pid: number;
  kill(pid: number, signal: 0): unknown;
}): Processes => ({
  pid: process.pid,
  isRunning: (pid) => {
    // Its own number was that of a process before: so it is in containers, at each start.
    if (pid === process.pid) return false;
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // It runs, under another user.
      return failureOf(error).code === 'EPERM';
    }
  },
});

/** A digest of the file's name: a temporary file's name may not become too long. */
const tagOf = (target: string): string =>
  createHash('sha256').update(basename(target)).digest('hex').slice(0, 16);

const TEMPORARY = /^\.file-writer-([0-9a-f]{16})-(\d+)-[0-9a-f-]{36}\.tmp$/;

/** A new name beside a file, for what is to take its place. */
export const temporaryFor = (target: string, { pid }: Processes): string =>
  join(dirname(target), `.file-writer-${tagOf(target)}-${pid}-${randomUUID()}.tmp`);

/**
 * Removes the temporary files that killed processes left beside these files. Those of running processes stay.
 * Across machines that share a folder a process cannot be seen: then a run may lose its temporary file to another
 * on the same file. It fails, and the file stays whole.
 */
export const removeLeftovers = async (
  fs: FileSystem,
  targets: readonly string[],
  processes: Processes,
): Promise<void> => {
  const tags = new Set(targets.map(tagOf));
  for (const folder of new Set(targets.map(dirname))) {
    // Failing to clean up is no failure of the run.
    for (const name of await fs.readdir(folder).catch(() => [])) {
      const [, tag = '', pid] = TEMPORARY.exec(name) ?? [];
      if (!tags.has(tag) || processes.isRunning(Number(pid))) continue;
      await fs.unlink(join(folder, name)).catch(() => undefined);
    }
  }
};
