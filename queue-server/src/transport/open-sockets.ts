import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';

/** The accepted sockets of an HTTP server. With TLS, the socket of a request is another one over them. */
export class OpenSockets {
  readonly #byEnds = new Map<string, Socket>();

  /** Before the server listens. */
  constructor(http: HttpServer) {
    http.on('connection', (socket: Socket) => {
      const ends = endsOf(socket);
      this.#byEnds.set(ends, socket);
      socket.once('close', () => {
        if (this.#byEnds.get(ends) === socket) this.#byEnds.delete(ends);
      });
    });
  }

  all(): Iterable<Socket> {
    return this.#byEnds.values();
  }

  /** The accepted socket of a connection. */
  below(socket: Socket): Socket | undefined {
    return this.#byEnds.get(endsOf(socket));
  }

  /** Of a connection, it is not tracked any longer. */
  forget(socket: Socket): void {
    this.#byEnds.delete(endsOf(socket));
  }
}

/** The addresses and ports of both ends, by which one open connection is known. */
const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
