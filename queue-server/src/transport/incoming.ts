import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Turns } from '../access/turns.js';

/** What a client may send of a message before it needs a turn. */
const SMALL_BYTES = 256 * 1024;

/**
 * Large messages of a connection arrive by turns: until it has its turn, no more is read of it. A message is in memory as
 * soon as it begins to arrive, long before anybody can refuse it.
 */
export const arriveByTurns = (ws: WebSocket, socket: Duplex, turns: Turns): void => {
  new Incoming(ws, turns).follow(socket);
};

/** What arrives on one connection. */
class Incoming {
  readonly #ws: WebSocket;
  readonly #turns: Turns;
  /** Of the message that is not complete. */
  #bytes = 0;
  #end: (() => void) | undefined;

  constructor(ws: WebSocket, turns: Turns) {
    this.#ws = ws;
    this.#turns = turns;
  }

  follow(socket: Duplex): void {
    this.#ws.on('message', () => this.#complete());
    this.#ws.once('close', () => this.#complete());
    // Behind the listener of `ws`: what was complete in these bytes is told by then.
    socket.on('data', (chunk: Uint8Array) => this.#add(chunk.byteLength));
  }

  #add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= SMALL_BYTES || this.#end !== undefined) return;
    const ws = this.#ws;
    if (ws.readyState !== ws.OPEN) return;
    ws.pause();
    this.#end = this.#turns.take({ begin: () => ws.resume(), tooLong: () => ws.terminate() });
  }

  #complete(): void {
    this.#bytes = 0;
    this.#end?.();
    this.#end = undefined;
  }
}
