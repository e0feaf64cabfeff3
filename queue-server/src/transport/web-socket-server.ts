import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import type { Turns } from '../access/turns.js';
import { arriveByTurns } from './incoming.js';

/** Keep-alives of clients come far less often than the server's own pings, which clients answer by a message. */
const MAX_CONTROL_FRAMES_IN_A_ROW = 100;
/** Each piece costs memory of its own. A message of 8 MiB may come in 8 KiB a fragment and 512 bytes a read. */
const MAX_FRAGMENTS = 1_024;
const MAX_READS_OF_A_MESSAGE = 16_384;

type Upgrade = Parameters<WebSocketServer['handleUpgrade']>;

export interface WebSocketBounds {
  /** Of connections on which a large message arrives. */
  readonly turns: Turns;
  /** A connection sent nothing but pings and pongs. */
  readonly onFlood: (request: IncomingMessage) => void;
}

/**
 * The WebSockets under Engine.IO: each ends when it sends a message in too many pieces, or nothing but pings and
 * pongs; large messages arrive by turns.
 */
export const boundedWebSocketServer = ({
  turns,
  onFlood,
}: WebSocketBounds): new (options: ServerOptions) => WebSocketServer =>
  class extends WebSocketServer {
    constructor(options: ServerOptions) {
      super({ ...options, maxFragments: MAX_FRAGMENTS, maxBufferedChunks: MAX_READS_OF_A_MESSAGE });
    }

    override handleUpgrade(...[request, socket, head, done]: Upgrade): void {
      super.handleUpgrade(request, socket, head, (client, upgraded) => {
        boundControlFrames(client, () => onFlood(request));
        arriveByTurns(client, socket, turns);
        done(client, upgraded);
      });
    }
  };

const boundControlFrames = (client: WebSocket, onFlood: () => void): void => {
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
