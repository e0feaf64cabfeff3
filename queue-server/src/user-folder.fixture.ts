import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const INSTALLED = join(import.meta.dirname, '../../node_modules');

/**
 * A project of somebody who uses the built server: a folder with these files, in which packages of this repository
 * are installed. The test removes it.
 */
export const userFolder = async (
  files: Readonly<Record<string, string>>,
  packages: readonly string[] = ['@typed-queue/contracts'],
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'user-folder-'));
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  for (const name of packages) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(INSTALLED, name), link, 'dir');
  }
  return folder;
};
