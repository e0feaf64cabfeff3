import type { Connection } from '../../transport/connection.js';
import { FrontClient, type FrontClientDeps } from './front-client.js';

/** The connected clients of a front. */
export class FrontClients {
  readonly #deps: FrontClientDeps;
  readonly #connected = new Set<FrontClient>();
  #drained: Promise<unknown> | undefined;

  constructor(deps: FrontClientDeps) {
    this.#deps = deps;
  }

  get isDraining(): boolean {
    return this.#drained !== undefined;
  }

  serve(connection: Connection): FrontClient {
    const client = new FrontClient(connection, this.#deps);
    this.#connected.add(client);
    connection.socket.on('disconnect', () => this.#connected.delete(client));
    if (this.isDraining) void client.leaving.leave(0);
    return client;
  }

  /** Tells all clients, each once. */
  draining(): void {
    for (const { leaving } of this.#connected) leaving.draining();
  }

  /** The server is shutting down. Resolves when all have done what they had begun, or the time is over. */
  async drain(withinMs: number): Promise<void> {
    await (this.#drained ??= Promise.all([...this.#connected].map(({ leaving }) => leaving.leave(withinMs))));
  }
}
