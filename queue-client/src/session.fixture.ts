import { afterEach, beforeEach } from '@jest/globals';
import type { ConnectOptions, QueueClient } from './client.js';
import type { ClientEvents } from './events.js';
import { numbers } from './publishing/numbers.fixture.js';
import { defaultRuntime, type Runtime } from './runtime.js';
import { FakeServer } from './connection/server.fixture.js';
import { Session } from './session.js';

type Client = QueueClient<typeof numbers>;

/** A fake server for each test of a file, and clients of it that are closed after the test. */
export class Stage {
  server = new FakeServer();
  /** The `error` events of all clients. */
  errors: object[] = [];
  url = '';
  #clients: Client[] = [];

  constructor() {
    beforeEach(() => this.#raise());
    afterEach(() => this.#clear());
  }

  readonly open = (options: Partial<ConnectOptions> = {}, runtime: Partial<Runtime> = {}): Client => {
    const reconnect = { minDelayMs: 1, maxDelayMs: 4 };
    const client = new Session(
      numbers,
      { url: this.url, reconnect, ...options },
      { ...defaultRuntime(), warn: () => undefined, ...runtime },
    );
    client.on('error', (event) => this.errors.push(event));
    this.#clients.push(client);
    return client;
  };

  async #raise(): Promise<void> {
    this.server = new FakeServer();
    this.errors = [];
    this.url = await this.server.listen();
  }

  async #clear(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close({ timeoutMs: 0 })));
    this.#clients = [];
    await this.server.close();
  }
}

export const heard = <E extends keyof ClientEvents>(
  client: Client,
  event: E,
): Promise<Parameters<ClientEvents[E]>[0]> => new Promise((resolve) => client.once(event, resolve));

/** Waits until the server has heard what a test waits for. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};
