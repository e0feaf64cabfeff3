const DEFAULT_MAX_CONNECTIONS = 10_000;
/** Standard streams, the event loop, the listening socket, the lock of the data directory, modules. */
const DESCRIPTORS_OF_PROCESS = 64;
/** A segment open twice, a checkpoint, and 8 segments for readers; more while a segment begins or some are dropped. */
const DESCRIPTORS_OF_JOURNAL = 16;

/** How many file descriptors this process may have, of `/proc/self/limits`; undefined: unlimited. */
export const descriptorLimit = (limits: string): number | undefined => {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
};

export interface MaxConnections {
  readonly maxConnections: number;
  /** The descriptors are too few for the configured number. */
  readonly reduced: boolean;
}

/**
 * How many connections leave enough descriptors for the journals: two for each queue (messages, dead letters) and one
 * for all groups. A process with very few descriptors keeps half of them for its connections.
 */
export const maxConnectionsOf = (
  configured: number | undefined,
  descriptors: number | undefined,
  queues: number,
): MaxConnections => {
  const most = configured ?? DEFAULT_MAX_CONNECTIONS;
  if (descriptors === undefined) return { maxConnections: most, reduced: false };
  const reserve = DESCRIPTORS_OF_PROCESS + DESCRIPTORS_OF_JOURNAL * (2 * queues + 1);
  const available = Math.max(descriptors - reserve, Math.floor(descriptors / 2));
  return {
    maxConnections: Math.min(most, available),
    reduced: configured !== undefined && available < configured,
  };
};
