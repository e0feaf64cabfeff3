import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { endsOf } from './connection-ends.js';

/** Connections whose TLS handshake is not done: Node closes them only when their time is over. */
export class TlsHandshakes {
  readonly #open = new Map<string, Socket>();

  /** Before the server listens. */
  constructor(http: HttpServer) {
    http.on('connection', (socket: Socket) => {
      const ends = endsOf(socket);
      this.#open.set(ends, socket);
      socket.once('close', () => {
        if (this.#open.get(ends) === socket) this.#open.delete(ends);
      });
    });
    http.on('secureConnection', (socket: Socket) => this.#open.delete(endsOf(socket)));
  }

  /** Ends them all. */
  abort(): void {
    for (const socket of this.#open.values()) socket.destroy();
  }
}
