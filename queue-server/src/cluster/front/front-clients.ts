import type { Connection } from '../../transport/connection.js';
import { FrontClient, type FrontClientDeps } from './front-client.js';

/** The connected clients of a front. */
export class FrontClients {
  readonly #deps: FrontClientDeps;
  readonly #connected = new Set<FrontClient>();
  #isDraining = false;

  constructor(deps: FrontClientDeps) {
    this.#deps = deps;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  serve(connection: Connection): FrontClient {
    const client = new FrontClient(connection, this.#deps);
    this.#connected.add(client);
    connection.socket.on('disconnect', () => this.#connected.delete(client));
    return client;
  }

  /** Tells all clients that the server is shutting down. */
  drain(): void {
    this.#isDraining = true;
    for (const client of this.#connected) client.draining();
  }
}
