import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as real from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

/** The built program: no process can be killed that is not one. */
const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const SIZE = 32 * 1024 * 1024;
const OLD = Buffer.alloc(SIZE, 'the quick brown fox\n');
const NEW = Buffer.alloc(SIZE, 'THE QUICK BROWN FOX\n');

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await real.mkdtemp(join(tmpdir(), 'file-writer-'));
  file = join(folder, 'a.txt');
});
afterEach(() => real.rm(folder, { recursive: true }));

/** Without a server: a file is written all the same. */
const start = (): ChildProcess =>
  spawn(process.execPath, [PROGRAM, '--timeout', '0', file], {
    env: { QUEUE_URL: 'http://127.0.0.1:1' },
    stdio: 'ignore',
  });

const temporaries = async (): Promise<string[]> =>
  (await real.readdir(folder)).filter((name) => name.endsWith('.tmp'));

/** Polls until a new temporary file has at least `bytes`, or the child has ended. */
const writtenBy = async (child: ChildProcess, bytes: number, before: readonly string[]): Promise<void> => {
  while (child.exitCode === null) {
    const name = (await temporaries()).find((each) => !before.includes(each));
    if (name === undefined) continue;
    const size = await real.stat(join(folder, name)).then(
      (stats) => stats.size,
      // It has taken its place.
      () => SIZE,
    );
    if (size >= bytes) return;
  }
};

const contentNow = async (): Promise<'old' | 'new' | 'a mixture'> => {
  const content = await real.readFile(file);
  if (content.equals(OLD)) return 'old';
  return content.equals(NEW) ? 'new' : 'a mixture';
};

describe('the file writer, killed', () => {
  it('leaves the old content or the new, and the next run removes what it left', async () => {
    const contents: string[] = [];
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(share, async (written) => {
        await real.writeFile(file, OLD);
        const child = start();
        const exit = once(child, 'exit');
        await writtenBy(child, written * SIZE, await temporaries());
        child.kill('SIGKILL');
        await exit;
        contents.push(await contentNow());
        // A run that was killed before had its own cleaned away by this one.
        return contents.at(-1) !== 'a mixture' && (await temporaries()).length <= 1;
      }),
      { examples: [[0], [1]], numRuns: 6, endOnFailure: true },
    );
    expect(contents[0]).toBe('old');
    await real.writeFile(file, OLD);
    await real.writeFile(join(folder, 'kept.tmp'), '');

    const child = start();
    await once(child, 'exit');
    expect(await contentNow()).toBe('new');
    expect((await real.readdir(folder)).sort()).toEqual(['a.txt', 'kept.tmp']);
  });
});
