import { afterEach, beforeEach } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

/** A server with a folder of its own, and a plain client of it. */
export class Served {
  dataDir = '';
  #server: TestServer | undefined;
  #client: PlainClient | undefined;

  get server(): TestServer {
    if (this.#server === undefined) throw new Error('no test is running');
    return this.#server;
  }
  get client(): PlainClient {
    if (this.#client === undefined) throw new Error('no test is running');
    return this.#client;
  }

  async start(): Promise<void> {
    this.#server = await startTestServer({ dataDir: this.dataDir });
    this.#client = await plainClient(this.#server.url);
  }

  async stop(): Promise<void> {
    this.client.socket.disconnect();
    await this.server.close();
  }
}

/** A new one for each test of the file. */
export const served = (): Served => {
  const now = new Served();
  beforeEach(async () => {
    now.dataDir = await mkdtemp(join(tmpdir(), 'queue-server-'));
    await now.start();
  });
  afterEach(async () => {
    await now.stop();
    await rm(now.dataDir, { recursive: true });
  });
  return now;
};
