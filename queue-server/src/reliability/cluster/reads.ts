import type { Client } from '../failover/publishing.js';

/** For how long a read may take. */
const READ_MS = 2_000;

/** How many reads there were while something had failed, and how many of them had an answer in time. */
export interface ReadCounts {
  tails: number;
  tailed: number;
  overviews: number;
  overviewed: number;
}

export const noReads = (): ReadCounts => ({ tails: 0, tailed: 0, overviews: 0, overviewed: 0 });

/** Whether a new tail brings the oldest message. */
const tails = async (client: Client): Promise<boolean> => {
  const tail = client.tail('database', { from: 'start', signal: AbortSignal.timeout(READ_MS) });
  try {
    for await (const item of tail.items()) if (item.kind === 'message') return true;
  } catch {
    // In time it brought nothing.
  }
  return false;
};

const isListed = (client: Client): Promise<boolean> =>
  client.admin.groups('database', { timeoutMs: READ_MS }).then(
    () => true,
    () => false,
  );

/** Reads what is stored, and the state of groups, with clients that are connected. */
export const readBy = async (clients: readonly Client[], counts: ReadCounts): Promise<void> => {
  const [tailed, listed] = await Promise.all([
    Promise.all(clients.map(tails)),
    Promise.all(clients.map(isListed)),
  ]);
  counts.tails += tailed.length;
  counts.tailed += tailed.filter(Boolean).length;
  counts.overviews += listed.length;
  counts.overviewed += listed.filter(Boolean).length;
};
