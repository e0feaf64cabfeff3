import type { Headers } from '../message.js';
import type { Frame } from './frame.js';

/** The ordering key of a message that passed the guard; undefined: it has none. */
export const orderingKeyOf = (frame: Frame, index: number): string | undefined => {
  if (frame.keyHash(index) === 0) return undefined;
  // Safe: the guard admits as headers only objects whose values are strings.
  const { key } = JSON.parse(frame.headersText(index) ?? '{}') as Headers;
  return key;
};
