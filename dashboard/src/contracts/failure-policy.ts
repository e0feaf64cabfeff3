import type { QueueContract } from '@typed-queue/contracts';
import { durationText } from '../text/time.js';

/** The declared failures of an event, by code. */
export type EventFailures = Required<QueueContract>['failures'][string];

/** What becomes of a message that fails in a declared way. */
export const policyText = ({
  retry,
  retryDelaysMs,
}: Pick<EventFailures[string], 'retry' | 'retryDelaysMs'>): string => {
  if (!retry) return 'dead-lettered at once';
  if (retryDelaysMs === undefined) return 'tried again, after the delays of the group';
  return `tried again after ${retryDelaysMs.map(durationText).join(', ')}`;
};
