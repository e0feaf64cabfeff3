import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import type { Semaphore } from '../access/semaphore.js';
import { DirectWebSocket } from './direct-web-socket.js';
import { PacedReader } from './paced-reader.js';
import { setReader } from './socket-readers.js';

/** Keep-alives of clients come far less often than the server's own pings, which clients answer by a message. */
const MAX_CONTROL_FRAMES_IN_A_ROW = 100;
/** Each fragment and read costs memory of its own. A message of 8 MiB may come in fragments of 8 KiB and reads of 512 bytes. */
const MAX_FRAGMENTS = 1_024;
const MAX_READS_OF_A_MESSAGE = 16_384;
/** What is read of a message before it needs a permit. */
const SMALL_BYTES = 256 * 1024;

type Upgrade = Parameters<WebSocketServer['handleUpgrade']>;

export interface WebSocketLimits {
  /** Of connections on which a large message arrives at the same time. */
  readonly largeMessages: Semaphore;
  /** A connection sent nothing but pings and pongs. */
  readonly onFlood: (request: IncomingMessage) => void;
}

/**
 * The WebSockets under Engine.IO: each is closed when a message comes in too many fragments or reads, or nothing but
 * pings and pongs; large messages need a permit. What comes from this process was limited where it arrived.
 */
export const limitedWebSocketServer = ({
  largeMessages,
  onFlood,
}: WebSocketLimits): new (options: ServerOptions) => WebSocketServer =>
  class extends WebSocketServer {
    constructor(options: ServerOptions) {
      super({ ...options, maxFragments: MAX_FRAGMENTS, maxBufferedChunks: MAX_READS_OF_A_MESSAGE });
    }

    override handleUpgrade(...[request, socket, head, done]: Upgrade): void {
      const direct = DirectWebSocket.of(socket);
      if (direct !== undefined) {
        setReader(socket, { hold: () => direct.pause(), release: () => direct.resume() });
        // Safe: it has what Engine.IO uses of a WebSocket.
        done(direct as unknown as WebSocket, request);
        return;
      }
      super.handleUpgrade(request, socket, head, (client, upgraded) => {
        limitControlFrames(client, () => onFlood(request));
        new ArrivingMessage(client, largeMessages).follow(socket);
        new PacedReader(client, socket).start();
        done(client, upgraded);
      });
    }
  };

const limitControlFrames = (client: WebSocket, onFlood: () => void): void => {
  let inARow = 0;
  const count = (): void => {
    if (++inARow !== MAX_CONTROL_FRAMES_IN_A_ROW + 1) return;
    onFlood();
    client.terminate();
  };
  client.on('ping', count);
  client.on('pong', count);
  client.on('message', () => (inARow = 0));
};

/**
 * The message that arrives on a connection: nothing more is read of a large one until it has a permit. A message is in
 * memory as soon as it begins to arrive, long before it can be refused.
 */
class ArrivingMessage {
  readonly #ws: WebSocket;
  readonly #semaphore: Semaphore;
  #bytes = 0;
  #release: (() => void) | undefined;

  constructor(ws: WebSocket, semaphore: Semaphore) {
    this.#ws = ws;
    this.#semaphore = semaphore;
  }

  follow(socket: Duplex): void {
    this.#ws.on('message', () => this.#complete());
    this.#ws.once('close', () => this.#complete());
    // Runs after the listener of `ws`: messages that end in this chunk are complete by then.
    socket.on('data', (chunk: Uint8Array) => this.#add(chunk.byteLength));
  }

  #add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= SMALL_BYTES || this.#release !== undefined) return;
    const ws = this.#ws;
    if (ws.readyState !== ws.OPEN) return;
    ws.pause();
    this.#release = this.#semaphore.acquire({
      acquired: () => ws.resume(),
      overdue: () => ws.terminate(),
    });
  }

  #complete(): void {
    this.#bytes = 0;
    this.#release?.();
    this.#release = undefined;
  }
}
