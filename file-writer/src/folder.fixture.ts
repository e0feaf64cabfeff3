import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';

export interface TestFolder {
  /** Of the test that is running. */
  readonly path: string;
  /** Makes a file; returns its path. */
  readonly write: (name: string, content?: string | Buffer) => Promise<string>;
}

/** A folder of its own for each test of the file, gone when the test is over. */
export const testFolder = (): TestFolder => {
  let path = '';
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'file-writer-'));
  });
  afterEach(() => rm(path, { recursive: true }));
  return {
    get path() {
      return path;
    },
    write: async (name, content = 'abc') => {
      const file = join(path, name);
      await writeFile(file, content);
      return file;
    },
  };
};
