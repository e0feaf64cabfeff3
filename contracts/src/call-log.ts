const SUFFIX = '.calls';

/** The log of the durable calls of a queue, which is served as a queue. No contract can declare one of this name. */
export const callLogName = (queue: string): string => `${queue}${SUFFIX}`;

/** The queue whose durable calls a queue of this name is the log of; undefined: it is a declared queue. */
export const queueOfCallLog = (name: string): string | undefined =>
  name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : undefined;
