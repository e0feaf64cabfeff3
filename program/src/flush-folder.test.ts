import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { flushFolder, type FolderMachine } from './flush-folder.js';

const failing = (code: string) => (): Promise<never> =>
  Promise.reject(Object.assign(new Error(code), { code }));

/** A machine whose folders open, and refuse to be flushed with a code. */
const refusing = (platform: NodeJS.Platform, code: string) => {
  const closed: string[] = [];
  const open: FolderMachine['open'] = async (path) => ({
    sync: failing(code),
    close: async () => void closed.push(path),
  });
  return { platform, open, closed };
};

describe('the flush of a folder', () => {
  it('succeeds on this machine', async () => {
    await expect(flushFolder(tmpdir())).resolves.toBeUndefined();
  });

  it.each(['EPERM', 'EACCES', 'EISDIR'])('may be refused by Windows alone with %s', async (code) => {
    const windows = refusing('win32', code);
    await expect(flushFolder('folder', windows)).resolves.toBeUndefined();
    expect(windows.closed).toEqual(['folder']);
    await expect(flushFolder('folder', { platform: 'win32', open: failing(code) })).resolves.toBeUndefined();
    await expect(flushFolder('folder', refusing('linux', code))).rejects.toMatchObject({ code });
    await expect(flushFolder('folder', refusing('darwin', code))).rejects.toMatchObject({ code });
  });

  it('fails on Windows, too, for any other reason', async () => {
    await expect(flushFolder('folder', refusing('win32', 'EIO'))).rejects.toMatchObject({ code: 'EIO' });
  });
});
