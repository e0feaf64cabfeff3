import { afterEach, beforeEach, expect } from '@jest/globals';
import { contract, errorTable } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

export const payload = { path: 'a', bytes: 1, sha256: 'b', durationMs: 1 };
export const publication = { event: 'save', payload };
export const subscription = { subscription: 's', queue: 'files', group: 'g' };
export const tail = { subscription: 't', queue: 'files', from: 'start' };

/** A server, and somebody who behaves beside somebody who does not. */
class Beside {
  #server: TestServer | undefined;
  #hostile: PlainClient | undefined;
  #peaceful: QueueClient<typeof contract> | undefined;
  #handled = 0;

  get hostile(): PlainClient {
    if (this.#hostile === undefined) throw new Error('no test is running');
    return this.#hostile;
  }
  get peaceful(): QueueClient<typeof contract> {
    if (this.#peaceful === undefined) throw new Error('no test is running');
    return this.#peaceful;
  }

  async start(): Promise<void> {
    this.#server = await startTestServer();
    this.#hostile = await plainClient(this.#server.url);
    this.#peaceful = connect(contract, { url: this.#server.url });
    this.#handled = 0;
    const { ready } = this.#peaceful.subscribe('files', { group: 'peaceful' }, () => {
      this.#handled++;
    });
    await ready;
  }

  /** The well-behaved client has noticed nothing. */
  async check(): Promise<void> {
    const { peaceful } = this;
    await Promise.all(Array.from({ length: 100 }, () => peaceful.publish('files', 'save', payload)));
    const depth = async () => {
      const groups = await peaceful.admin.groups('files');
      return groups.find(({ group }) => group === 'peaceful')?.depth;
    };
    while ((await depth()) !== 0) await new Promise((resolve) => setImmediate(resolve));
    expect(this.#handled).toBeGreaterThanOrEqual(100);
    expect(this.hostile.socket.connected).toBe(true);
  }

  async stop(): Promise<void> {
    this.hostile.socket.disconnect();
    await this.peaceful.close();
    await this.#server?.close();
  }
}

/** New ones for each test of the file; after each, the well-behaved client must have noticed nothing. */
export const beside = (): Beside => {
  const now = new Beside();
  beforeEach(() => now.start());
  afterEach(async () => {
    try {
      await now.check();
    } finally {
      await now.stop();
    }
  });
  return now;
};

/** An error is one of the table, in words for people. */
export const expectTyped = (result: Result<unknown>, request: unknown): void => {
  if (result.ok) return;
  const { code, message, details, retryable } = result.error;
  expect({ request, known: Object.hasOwn(errorTable, code) && code !== 'internal' }).toEqual({
    request,
    known: true,
  });
  expect(typeof message).toBe('string');
  expect(typeof details).toBe('object');
  expect(typeof retryable).toBe('boolean');
  expect(message).not.toMatch(/\[object|TypeError|\bat .*:\d+/);
};

/** An object within an object, and so on. */
export const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
};
