import { queueOfCallLog } from '@typed-queue/contracts/wire';
import type { Guard } from '../../guard/guard.js';

/** The queue of the unit that has a queue, or the log of its calls. @throws QueueError `queue_unknown` */
export const unitOf = (guard: Pick<Guard, 'queue'>, name: unknown): string => {
  const queue = guard.queue(name).name;
  return queueOfCallLog(queue) ?? queue;
};
