import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

/** A TCP proxy in front of a MongoDB server, for tests: its connections can be cut. */
export class CuttingProxy {
  /** The server's URI with the address of the proxy. */
  readonly uri: string;
  /** Connections accepted so far. */
  accepted = 0;
  readonly #proxy: Server;
  readonly #links = new Set<Link>();

  private constructor(proxy: Server, target: URL) {
    const address = proxy.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    this.uri = target.href.replace(target.host, `127.0.0.1:${port}`);
    this.#proxy = proxy;
    proxy.on('connection', (client) => this.#pass(client, connect(Number(target.port), target.hostname)));
  }

  /** Listens on a free port of loopback. */
  static async to(uri: string): Promise<CuttingProxy> {
    const proxy = createServer().listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return new CuttingProxy(proxy, new URL(uri));
  }

  /** Closes all connections, by RST or by FIN. Returns how many it closed. */
  cut(by: 'reset' | 'end' = 'reset'): number {
    const links = [...this.#links];
    for (const link of links) {
      if (by === 'reset') link.client.resetAndDestroy();
      else link.client.destroySoon();
      link.server.destroy();
    }
    return links.length;
  }

  async close(): Promise<void> {
    if (!this.#proxy.listening) return;
    const closed = once(this.#proxy, 'close');
    this.#proxy.close();
    this.cut();
    await closed;
  }

  #pass(client: Socket, server: Socket): void {
    const link = { client, server };
    this.accepted++;
    this.#links.add(link);
    const end = (): void => {
      this.#links.delete(link);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    client.pipe(server).pipe(client);
  }
}
