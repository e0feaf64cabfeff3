import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { OpenSockets } from './open-sockets.js';

/** Connections whose TLS handshake is not done: Node closes them only when their time is over. */
export class TlsHandshakes {
  readonly #open: OpenSockets;

  /** Before the server listens. */
  constructor(http: HttpServer) {
    this.#open = new OpenSockets(http);
    http.on('secureConnection', (socket: Socket) => this.#open.forget(socket));
  }

  /** Ends them all. */
  abort(): void {
    for (const socket of this.#open.all()) socket.destroy();
  }
}
