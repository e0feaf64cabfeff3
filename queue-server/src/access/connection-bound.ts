const DEFAULT_MAX_CONNECTIONS = 10_000;
/** Standard streams, the event loop, the listening socket, the lock of the data directory, modules. */
const DESCRIPTORS_OF_PROCESS = 64;
/** A journal has a segment open twice, a mark, and 8 segments for readers; more while it begins one or drops some. */
const DESCRIPTORS_OF_JOURNAL = 16;

/** How many files and connections this process may have open, of `/proc/self/limits`; undefined: unlimited. */
export const openFilesLimit = (limits: string): number | undefined => {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
};

export interface ConnectionBound {
  readonly maxConnections: number;
  /** Fewer than were wanted, since more descriptors are not to be had. */
  readonly reduced: boolean;
}

/**
 * How many connections leave enough descriptors for the journals: two for each queue (messages, dead letters) and one
 * for all groups. A process that may open very few keeps half of them for its connections.
 */
export const connectionBound = (
  wanted: number | undefined,
  limit: number | undefined,
  queues: number,
): ConnectionBound => {
  const most = wanted ?? DEFAULT_MAX_CONNECTIONS;
  if (limit === undefined) return { maxConnections: most, reduced: false };
  const reserve = DESCRIPTORS_OF_PROCESS + DESCRIPTORS_OF_JOURNAL * (2 * queues + 1);
  const affordable = Math.max(limit - reserve, Math.floor(limit / 2));
  return { maxConnections: Math.min(most, affordable), reduced: wanted !== undefined && affordable < wanted };
};
