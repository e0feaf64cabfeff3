import type { Manifest } from '@typed-queue/queue-server/backup';
import { countOf } from '../output/quantity.js';

/** What a backup contains: `2 queues with 3 messages`. */
export const contentText = (queues: Manifest['queues']): string => {
  const messages = queues.reduce((sum, { firstSeq, lastSeq }) => sum + lastSeq - firstSeq + 1, 0);
  return `${countOf(queues.length, 'queue')} with ${countOf(messages, 'message')}`;
};
