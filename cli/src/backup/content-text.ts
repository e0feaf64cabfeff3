import { SCHEDULE_LOG_NAME } from '@typed-queue/contracts/wire';
import type { Manifest } from '@typed-queue/queue-server/backup';
import { countOf } from '../output/quantity.js';

/** What a backup contains: `2 queues with 3 messages`. The records of what is published later are none of them. */
export const contentText = (stored: Manifest['queues']): string => {
  const queues = stored.filter(({ queue }) => queue !== SCHEDULE_LOG_NAME);
  const messages = queues.reduce((sum, { firstSeq, lastSeq }) => sum + lastSeq - firstSeq + 1, 0);
  return `${countOf(queues.length, 'queue')} with ${countOf(messages, 'message')}`;
};
