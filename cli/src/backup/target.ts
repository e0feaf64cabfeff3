import { dirname } from 'node:path';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';

type Place = 'nothing' | 'folder' | 'other';

const placeOf = async (path: string, { fs }: Machine): Promise<Place> => {
  // Of a link, also one that leads nowhere.
  const found = await fs.lstat(path).catch(() => undefined);
  if (found === undefined) return 'nothing';
  const leadsTo = await fs.stat(path).catch(() => undefined);
  return leadsTo?.isDirectory() === true ? 'folder' : 'other';
};

/** @throws CommandError when nothing new can be made of this name, before anything is done */
export const checkNew = async (path: string, machine: Machine): Promise<void> => {
  if ((await placeOf(path, machine)) !== 'nothing')
    throw new CommandError(EXIT.output, `${path} is there already: name another target, or move it away`);
  await checkFolder(dirname(path), machine);
};

/** @throws CommandError when this is no folder and cannot become one, before anything is done */
export const checkFolder = async (path: string, machine: Machine): Promise<void> => {
  const place = await placeOf(path, machine);
  if (place === 'other')
    throw new CommandError(
      EXIT.output,
      `${path} is not a folder, or a link that leads to none: name another target, or move it away`,
    );
  if (place === 'nothing' && dirname(path) !== path) await checkFolder(dirname(path), machine);
};
