import { afterEach, beforeEach } from '@jest/globals';
import { contract, type DeadLetter, type SystemContract } from '@typed-queue/contracts';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { QueueClient } from '../client.js';
import { connect } from '../connect.js';

export const pathOf = ({ payload }: { readonly payload: { readonly path: string } }): string => payload.path;

/** A real server in a folder that outlives it, and a client of it. */
export class RealGroups {
  dataDir = '';
  #server: TestServer | undefined;
  #queue: QueueClient<SystemContract> | undefined;

  get queue(): QueueClient<SystemContract> {
    if (this.#queue === undefined) throw new Error('no server runs');
    return this.#queue;
  }

  async open(options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
    // Safe: the folder goes with the embedded storage, which is the default.
    this.#server = await startTestServer({ ...options, dataDir: this.dataDir } as Parameters<
      typeof startTestServer
    >[0]);
    this.#queue = connect(contract, { url: this.#server.url });
    return this.#server;
  }

  async close(): Promise<void> {
    await this.#queue?.close();
    await this.#server?.close();
  }

  publish(path: string, key?: string): Promise<unknown> {
    const headers = key === undefined ? {} : { headers: { key } };
    return this.queue.publish('files', 'save', { path, bytes: 1, sha256: 'a', durationMs: 1 }, headers);
  }

  /** Waits until the group has settled everything. */
  async done(group: string): Promise<void> {
    for (;;) {
      const status = (await this.queue.admin.groups('files')).find((each) => each.group === group);
      if (status?.depth === 0) return;
      await setTimeout(5);
    }
  }

  async letters(): Promise<readonly DeadLetter[]> {
    return (await this.queue.admin.deadLetters('files')).letters;
  }
}

/** New ones for each test of the file. */
export const realGroups = (): RealGroups => {
  const now = new RealGroups();
  beforeEach(async () => {
    now.dataDir = await mkdtemp(join(tmpdir(), 'groups-'));
  });
  afterEach(async () => {
    await now.close();
    await rm(now.dataDir, { recursive: true });
  });
  return now;
};
