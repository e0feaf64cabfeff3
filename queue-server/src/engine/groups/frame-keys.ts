import type { Frame } from '@typed-queue/contracts/wire';

const known = new WeakMap<Frame, boolean>();

/** Whether any message of a frame has an ordering key; looked up once, since each group asks. */
export const hasKeys = (frame: Frame): boolean => {
  let found = known.get(frame);
  if (found === undefined) known.set(frame, (found = findKey(frame)));
  return found;
};

const findKey = (frame: Frame): boolean => {
  for (let index = 0; index < frame.count; index++) if (frame.keyHash(index) !== 0) return true;
  return false;
};
