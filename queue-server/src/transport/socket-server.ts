import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, QueueError } from '@typed-queue/contracts';
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { parseHandshake } from '../guard/requests.js';
import { answerRequests, type RequestParts } from './client-requests.js';
import { identityOf } from './identity.js';
import { Keys } from './keys.js';
import { isOriginAllowed } from './origins.js';
import { Rooms } from './rooms.js';
import { Session } from './session.js';
import { boundUnsent } from './unsent.js';

/** More than any frame or array of messages may have, so that what is too large gets an answer and not a cut. */
const MAX_HTTP_BUFFER_BYTES = 8 * 1024 * 1024;

export interface SocketServerParts extends RequestParts {
  readonly http: HttpServer;
  /** Each client shows one of them; none: whoever comes may connect. */
  readonly keys: readonly string[];
  /** Browser origins that may connect; `*`: all. */
  readonly origins: readonly string[];
  /** `client`: its name. */
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
    checkVersion(protocolVersion);
    return undefined;
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    return Object.assign(new Error(error.message), { data: error.toJSON() });
  }
};

/** @throws QueueError `protocol_unsupported`, with the versions in its details: a newer client goes on with the server's */
const checkVersion = (version: number): void => {
  if (OLDEST_PROTOCOL_VERSION <= version && version <= PROTOCOL_VERSION) return;
  const older = version > PROTOCOL_VERSION ? 'server' : 'client';
  throw new QueueError(
    'protocol_unsupported',
    `This server speaks protocol versions ${OLDEST_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}, the client version ${version}. Upgrade the ${older}.`,
    { details: { server: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION, client: version } },
  );
};

const connect = (socket: Socket, parts: SocketServerParts): void => {
  const { onConnection, onCut } = parts;
  const identity = identityOf(parseHandshake(socket.handshake.auth), socket.id);
  const connection = { socket, rooms: new Rooms(socket), identity };
  const session = new Session(connection, parts);
  boundUnsent(
    socket.conn,
    () => session.windowBytes,
    (bytes) => onCut(identity.name, bytes),
  );
  answerRequests(session, connection, parts);
  socket.on('disconnect', (reason) => {
    session.close();
    onConnection('disconnected', identity.name, reason);
  });
  onConnection('connected', identity.name);
};
