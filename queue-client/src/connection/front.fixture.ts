import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** For tests only: a self-signed certificate for `localhost`, valid until 2120, and its key. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBaDCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDIITJBSLhSdsD2q
LOos3KCUDYbO/e8/FfEp/hSNL/4yUD7iHu5SPejjyvO1u5nANCK3c9FhRNowUDTd
PT6CmlOjTjBMMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0
hwR/AAABMB0GA1UdDgQWBBT59yS6aqO3KMhmbiBZfKUvyuc/gzAKBggqhkjOPQQD
AgNJADBGAiEA5uGXtng/jOp1o6exJz4wPZpvELi3No6KzU47dMbSp98CIQD45GK/
RQ8+2xwPDwq27747URIEv7g+QqjqF32SYQ/1YA==
-----END CERTIFICATE-----
`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgY46azhwjSp40gZpq
hXlP/qdha3CrjkYzEXBNbwv5mguhRANCAAQyCEyQUi4UnbA9qizqLNyglA2Gzv3v
PxXxKf4UjS/+MlA+4h7uUj3o48rztbuZwDQit3PRYUTaMFA03T0+gppT
-----END PRIVATE KEY-----
`;

/** A reverse proxy: serves a server below a folder, optionally with TLS. */
export class Front {
  /** The paths that were asked for. */
  readonly paths: string[] = [];
  readonly #server;
  readonly #folder: string;
  readonly #scheme: string;
  readonly #sockets = new Set<Duplex>();

  private constructor(target: URL, folder: string, tls: boolean) {
    this.#folder = folder;
    this.#scheme = tls ? 'https' : 'http';
    this.#server = tls ? createHttpsServer({ key, cert: certificate }) : createHttpServer();
    this.#server.on('upgrade', (request, socket, head) => this.#pass(target, request, socket, head));
  }

  static async open(url: string, { folder = '', tls = false }): Promise<Front> {
    const front = new Front(new URL(url), folder, tls);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  /** Without the folder. */
  get url(): string {
    // Safe: a server that listens on a port has an address and a port.
    return `${this.#scheme}://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops forwarding without closing connections, like a lost network. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass({ hostname, port, host }: URL, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = request.url ?? '';
    this.paths.push(path.replace(/\?.*/, ''));
    const server = connect(Number(port), hostname);
    for (const end of [socket, server]) {
      this.#sockets.add(end);
      end.on('error', () => undefined);
    }
    if (!path.startsWith(`${this.#folder}/`)) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      server.destroy();
      return;
    }
    const headers = Object.entries({ ...request.headers, host }).map(
      ([name, value]) => `${name}: ${String(value)}`,
    );
    server.write([`GET ${path.slice(this.#folder.length)} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
    server.write(head);
    socket.pipe(server).pipe(socket);
  }
}
