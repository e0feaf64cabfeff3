import { PROTOCOL_VERSION, QueueError } from '@typed-queue/contracts';
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { parseHandshake } from '../guard/requests.js';
import type { MemoryBudget } from '../access/budget.js';
import { Turns } from '../access/turns.js';
import { answerRequests, type RequestParts } from './client-requests.js';
import { incomingByTurns } from './incoming.js';
import { Keys } from './keys.js';
import { isOriginAllowed } from './origins.js';
import { Outgoing } from './outgoing.js';
import { Rooms } from './rooms.js';
import { Session } from './session.js';
import { boundUnsent } from './unsent.js';

/** More than any frame or array of messages may have, so that what is too large gets an answer and not a cut. */
const MAX_HTTP_BUFFER_BYTES = 8 * 1024 * 1024;
/** Large messages that arrive at once may take so much of the budget. */
const ARRIVING_SHARE = 1 / 8;

export interface SocketServerParts extends RequestParts {
  readonly http: HttpServer;
  /** What all connections together may use. */
  readonly budget: MemoryBudget;
  /** Each client shows one of them; none: whoever comes may connect. */
  readonly keys: readonly string[];
  /** Browser origins that may connect; `*`: all. */
  readonly origins: readonly string[];
  readonly onConnection: (event: 'connected' | 'disconnected', client: string, reason?: string) => void;
  /** A client did not read what was sent to it, and was cut off. */
  readonly onCut: (client: string, unsentBytes: number) => void;
}

/** Serves Socket.IO on an HTTP server. */
export const serveSockets = (parts: SocketServerParts): Server => {
  const io = new Server(parts.http, {
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_HTTP_BUFFER_BYTES,
    wsEngine: incomingByTurns(
      new Turns(Math.max(1, Math.floor((parts.budget.bytes * ARRIVING_SHARE) / MAX_HTTP_BUFFER_BYTES))),
    ),
    cors: { origin: [...parts.origins] },
    allowRequest: (request, decide) => {
      decide(null, isOriginAllowed(request.headers.origin, parts.origins));
    },
  });
  const keys = new Keys(parts.keys);
  io.use((socket, next) => {
    next(refusal(socket, keys));
  });
  parts.tails.onDeliver((queue, ...delivery) => io.to(queue).emit('deliver', queue, ...delivery));
  io.on('connection', (socket) => {
    connect(socket, parts);
  });
  return io;
};

/** Why a handshake is refused; its `data` is what the client gets beside the text. */
const refusal = (socket: Socket, keys: Keys): (Error & { data?: unknown }) | undefined => {
  try {
    const { protocolVersion = PROTOCOL_VERSION, token } = parseHandshake(socket.handshake.auth);
    keys.check(token);
    if (protocolVersion === PROTOCOL_VERSION) return undefined;
    throw new QueueError(
      'protocol_unsupported',
      `This server speaks protocol version ${PROTOCOL_VERSION}, the client version ${protocolVersion}. Update the older one.`,
      { details: { server: PROTOCOL_VERSION, client: protocolVersion } },
    );
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    return Object.assign(new Error(error.message), { data: error.toJSON() });
  }
};

const connect = (socket: Socket, parts: SocketServerParts): void => {
  const { budget, onConnection, onCut } = parts;
  const client = parseHandshake(socket.handshake.auth).client ?? socket.id;
  const account = budget.open();
  const outgoing = new Outgoing(socket.conn, account);
  const connection = { socket, rooms: new Rooms(socket), client, account, outgoing };
  const session = new Session(connection, parts);
  boundUnsent(
    socket.conn,
    () => outgoing.mayWait,
    (bytes) => onCut(client, bytes),
  );
  answerRequests(session, connection, parts);
  socket.on('disconnect', (reason) => {
    session.close();
    onConnection('disconnected', client, reason);
  });
  onConnection('connected', client);
};
