import type { SeqAt, Start } from '@typed-queue/contracts';
import { counted } from '../text/quantity.js';

/** What a place in a log means now. */
export const placeText = (start: Start, { seq, messages }: Pick<SeqAt, 'seq' | 'messages'>): string => {
  if (messages > 0) return `That is #${seq}, with ${counted(messages, 'message')} from there to the end.`;
  const isBeyond = typeof start === 'object' && 'seq' in start && start.seq > seq;
  const where = isBeyond ? `#${start.seq} is beyond the end` : 'That is the end';
  return `${where}: what is published from now on is shown, #${seq} first.`;
};
