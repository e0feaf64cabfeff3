import { afterEach } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue, type TestQueueOptions } from '@typed-queue/queue-server/testing';
import type { QueueClient } from '../client.js';

export const pathOf = ({ payload }: { readonly payload: { readonly path: string } }): string => payload.path;

/** A real server with the system's contract, and a client of it. */
export class RealGroups {
  #server: TestQueue<SystemContract> | undefined;

  get server(): TestQueue<SystemContract> {
    if (this.#server === undefined) throw new Error('no server runs');
    return this.#server;
  }

  get queue(): QueueClient<SystemContract> {
    return this.server.client;
  }

  async open(options: TestQueueOptions = {}): Promise<void> {
    this.#server = await startTestQueue(contract, options);
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  publish(path: string, key?: string): Promise<unknown> {
    const headers = key === undefined ? {} : { headers: { key } };
    return this.queue.publish('files', 'save', { path, bytes: 1, sha256: 'a', durationMs: 1 }, headers);
  }
}

/** One server for each test of the file. */
export const realGroups = (): RealGroups => {
  const now = new RealGroups();
  afterEach(() => now.close());
  return now;
};
