import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The newest exchange of each connection: requests may be pipelined. */
export class OpenExchanges {
  readonly #newest = new WeakMap<Duplex, Exchange>();

  constructor(server: Server) {
    const begin = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#newest.set(request.socket, { request, response });
    server.on('request', begin).on('checkExpectation', begin);
  }

  /** Undefined: all requests on this connection are read and all responses sent. */
  newestOn(socket: Duplex): Exchange | undefined {
    const newest = this.#newest.get(socket);
    return newest?.request.complete === true && newest.response.closed ? undefined : newest;
  }

  /** Calls back when all responses on this connection are sent; never, if it cannot be written to any more. */
  afterResponses(socket: Duplex, callback: () => void): void {
    const newest = this.#newest.get(socket);
    if (newest?.response.closed === false) {
      newest.response.once('close', () => this.afterResponses(socket, callback));
    } else if (socket.writable) callback();
  }
}
