import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';

/** Both ends: no two open connections have the same. */
const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;

/** The TCP connections of an HTTP server, with TLS or without: the socket of a request may be one of TLS over it. */
export class TcpSockets {
  readonly #open = new Map<string, Socket>();
  readonly #below = new WeakMap<Socket, Socket>();

  constructor(http: HttpServer) {
    http.on('connection', (socket: Socket) => {
      const ends = endsOf(socket);
      this.#open.set(ends, socket);
      socket.once('close', () => {
        if (this.#open.get(ends) === socket) this.#open.delete(ends);
      });
    });
    http.on('secureConnection', (socket: Socket) => {
      const below = this.#open.get(endsOf(socket));
      if (below !== undefined) this.#below.set(socket, below);
    });
  }

  /** What was accepted, and stands for the connection in every count. */
  under(socket: Socket): Socket {
    return this.#below.get(socket) ?? socket;
  }
}
