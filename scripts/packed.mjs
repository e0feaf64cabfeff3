import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The folder of the packages as they are packed: that of `PACKED`, or the given one, into which they are packed. */
export const packedIn = (folder) => {
  if (process.env.PACKED) return process.env.PACKED;
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'pack.mjs'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('The packages cannot be packed.');
  return folder;
};
