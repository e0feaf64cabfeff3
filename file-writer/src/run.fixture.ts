import * as fs from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import colors from 'picocolors';
import type { FakeQueue } from './fake-queue.fixture.js';
import { runFileWriter, type FileWriterDeps } from './file-writer.js';
import { SILENT } from './progress.js';
import { processesFrom } from './temporary.js';
import { upperCase } from './transform.js';

export interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** The whole program on the real file system, without colours, its clock at rest. */
export const runWith = async (
  queue: FakeQueue,
  deps: Pick<FileWriterDeps, 'args' | 'cwd'> & Partial<FileWriterDeps>,
): Promise<Run> => {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  const exitCode = await runFileWriter({
    env: {},
    connect: (config) => {
      queue.configs.push(config);
      // Safe: the fake has the three methods, without their types.
      return queue as unknown as ReturnType<FileWriterDeps['connect']>;
    },
    fs,
    transform: upperCase,
    processes: processesFrom(process),
    progress: SILENT,
    now: () => 0,
    stdout,
    stderr,
    colors: colors.createColors(false),
    signal: new AbortController().signal,
    ...deps,
  });
  return { exitCode, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
};
