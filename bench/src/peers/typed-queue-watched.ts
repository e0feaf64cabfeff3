import { connect } from '@typed-queue/queue-client';
import type { Broker, Peer, Site } from './peer.js';
import { contractOf } from './typed-queue-contract.js';
import { typedQueue } from './typed-queue.js';

/** As an overview of the dashboard asks that is open. */
const OVERVIEW_MS = 2_000;
const HISTORY_MS = 10_000;
/** Three times as often as Prometheus is usually set. */
const METRICS_MS = 5_000;

const start = async (site: Site): Promise<Broker> => {
  const broker = await typedQueue.start(site);
  const url = `http://127.0.0.1:${site.port}`;
  const client = connect(contractOf(site.queues), { url, name: 'watcher' });
  const metrics = async (): Promise<void> => {
    const response = await fetch(`${url}/metrics`);
    if (!response.ok) throw new Error(`/metrics: ${response.status}`);
    await response.text();
  };
  let isStopped = false;
  // What is on the way when it is stopped fails.
  const unlessStopped = (error: unknown): void => {
    if (!isStopped) throw error;
  };
  const every = (ms: number, ask: () => Promise<unknown>) =>
    setInterval(() => void ask().catch(unlessStopped), ms);
  const timers = [
    every(OVERVIEW_MS, () => client.admin.overview({ limit: 50 })),
    every(HISTORY_MS, () => client.admin.history()),
    every(METRICS_MS, metrics),
  ];
  return {
    pids: broker.pids,
    stop: async () => {
      isStopped = true;
      for (const timer of timers) clearInterval(timer);
      await client.close({ timeoutMs: 0 });
      await broker.stop();
    },
  };
};

/** This project while an overview of its dashboard is open and Prometheus scrapes it. Compared with the one alone. */
export const typedQueueWatched: Peer = {
  ...typedQueue,
  name: 'typed-queue-watched',
  title: 'typed-queue, watched',
  start,
};
