import type { DeadLetter } from '@typed-queue/contracts';

/** The name of the edits of a letter: positions begin again when a server loses its data. */
export const draftOf = (
  queue: string,
  { epoch, position, time, message }: Pick<DeadLetter, 'epoch' | 'position' | 'time' | 'message'>,
): string => JSON.stringify([queue, epoch, position, time, message?.id]);
