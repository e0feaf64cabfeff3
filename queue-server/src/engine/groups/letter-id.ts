import type { DeadLetter } from '@typed-queue/contracts';
import { createHash } from 'node:crypto';

/**
 * Makes a giving-up recognisable, in the form of a UUID: the same one has the same id, also when its letter is written
 * once more after a crash; another one of the same message has not.
 */
export const letterId = ({
  group,
  epoch,
  seq,
  handouts,
  failures,
}: Pick<DeadLetter, 'group' | 'epoch' | 'seq' | 'handouts' | 'failures'>): string => {
  const what = JSON.stringify([group, epoch, seq, handouts, failures.map(({ time }) => time)]);
  const hex = createHash('sha256').update(what).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
