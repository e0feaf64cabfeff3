import { PROTOCOL_VERSION, QueueError } from '@typed-queue/contracts';
import { Server, type Socket } from 'socket.io';
import { Encoder } from 'socket.io-parser';
import { parseHandshake } from '../guard/requests.js';
import { Admission, type AdmissionParts } from './admission.js';
import { answerRequests, type RequestParts } from './client-requests.js';
import { Keys } from './keys.js';
import { isOriginAllowed } from './origins.js';
import { PacketDecoder } from './packet-decoder.js';
import { Rooms } from './rooms.js';
import { Session } from './session.js';
import { boundedWebSocketServer } from './web-socket-server.js';

/** More than any frame or array of messages may have, so that what is too large gets an answer and not a cut. */
const MAX_HTTP_BUFFER_BYTES = 8 * 1024 * 1024;

export interface SocketServerParts extends RequestParts, AdmissionParts {
  /** Each client shows one of them; none: whoever comes may connect. */
  readonly keys: readonly string[];
  /** Browser origins that may connect; `*`: all. */
  readonly origins: readonly string[];
  readonly onConnection: (event: 'connected' | 'disconnected', client: string, reason?: string) => void;
}

/** Serves Socket.IO on an HTTP server. */
export const serveSockets = (parts: SocketServerParts): Server => {
  const io = new Server(parts.http, {
    serveClient: false,
    transports: ['websocket'],
    parser: { Encoder, Decoder: PacketDecoder },
    wsEngine: boundedWebSocketServer((request) => {
      parts.onCut({ reason: 'pings', bytes: 0, address: parts.addressOf(request) });
    }),
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_HTTP_BUFFER_BYTES,
    cors: { origin: [...parts.origins] },
    allowRequest: (request, decide) => {
      decide(null, isOriginAllowed(request.headers.origin, parts.origins));
    },
  });
  const admission = new Admission(parts);
  admission.guard(io);
  const keys = new Keys(parts.keys);
  io.use((socket, next) => {
    const refused = refusal(socket, keys);
    next(refused);
    if (refused) admission.end(socket.conn);
  });
  parts.tails.onDeliver((queue, ...delivery) => io.to(queue).emit('deliver', queue, ...delivery));
  io.on('connection', (socket) => {
    connect(socket, parts, admission);
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

const connect = (socket: Socket, parts: SocketServerParts, admission: Admission): void => {
  const { onConnection } = parts;
  const client = parseHandshake(socket.handshake.auth).client ?? socket.id;
  const session = new Session({ socket, rooms: new Rooms(socket), client }, parts);
  admission.admit(socket.conn, { client, windowBytes: () => session.windowBytes });
  answerRequests(socket, session, parts);
  socket.on('disconnect', (reason) => {
    session.close();
    admission.end(socket.conn);
    onConnection('disconnected', client, reason);
  });
  onConnection('connected', client);
};
