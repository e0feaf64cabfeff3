import {
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  QueueError,
  type ErrorBody,
} from '@typed-queue/contracts';
import { arrivalOf, type AccessPolicy } from '@typed-queue/contracts/program';
import { Server, type Socket } from 'socket.io';
import { Encoder } from 'socket.io-parser';
import type { Audit } from '../access/audit.js';
import { closeGate } from '../access/gate.js';
import { Keys } from '../access/keys.js';
import { parseHandshake } from '../guard/requests.js';
import type { MemoryBudget } from '../access/budget.js';
import { Turns } from '../access/turns.js';
import type { Action } from './actions.js';
import { Admission, type AdmissionParts } from './admission.js';
import { answerRequests, type RequestParts } from './client-requests.js';
import { identityOf } from './identity.js';
import { Outgoing } from './outgoing.js';
import { PacketDecoder } from './packet-decoder.js';
import { Rooms } from './rooms.js';
import { Session } from './session.js';
import { boundedWebSocketServer } from './web-socket-server.js';

/** More than any frame or array of messages may have, so that what is too large gets an answer and not a cut. */
const MAX_HTTP_BUFFER_BYTES = 8 * 1024 * 1024;
/** Large messages that arrive at once may take so much of the budget. */
const ARRIVING_SHARE = 1 / 8;

/** Where clients of Socket.IO look for it. */
const SOCKET_PATH = '/socket.io/';

export interface SocketServerParts extends Omit<RequestParts, 'recordAction'>, AdmissionParts {
  /** What all connections together may use. */
  readonly budget: MemoryBudget;
  /** Each client shows one of them; none: whoever comes may connect. */
  readonly keys: readonly string[];
  readonly access: AccessPolicy;
  /** Through how many proxies clients come. */
  readonly trustedProxies: number;
  readonly audit: Audit;
  /** `client`: its name. */
  readonly onConnection: (event: 'connected' | 'disconnected', client: string, reason?: string) => void;
}

/** How many large messages may arrive at once. */
const turnsOf = ({ bytes }: MemoryBudget): number =>
  Math.max(1, Math.floor((bytes * ARRIVING_SHARE) / MAX_HTTP_BUFFER_BYTES));

/** Socket.IO over websockets alone, each of which is bounded. */
const boundedServer = (parts: SocketServerParts): Server =>
  new Server(parts.http, {
    serveClient: false,
    parser: { Encoder, Decoder: PacketDecoder },
    wsEngine: boundedWebSocketServer({
      turns: new Turns(turnsOf(parts.budget)),
      onFlood: (request) => {
        parts.onCut({ reason: 'pings', bytes: 0, address: parts.addressOf(request) });
      },
    }),
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_HTTP_BUFFER_BYTES,
    path: SOCKET_PATH,
    transports: ['websocket'],
  });

/** Serves Socket.IO on an HTTP server, and lets nothing reach either that may not come in. */
export const serveSockets = (parts: SocketServerParts): Server => {
  const io = boundedServer(parts);
  const { audit, trustedProxies } = parts;
  closeGate(parts.http, { policy: parts.access, trustedProxies, socketPath: SOCKET_PATH, audit });
  const admission = new Admission(parts);
  admission.guard(io);
  const keys = new Keys(parts.keys);
  io.use((socket, next) => {
    const refused = refusal(socket, keys);
    if (refused !== undefined) {
      audit.refusal({ ...callerOf(socket, parts), verb: 'connect', outcome: refused.data.code });
    }
    next(refused);
    if (refused !== undefined) admission.end(socket.conn);
  });
  parts.tails.onDeliver((queue, ...delivery) => io.to(queue).emit('deliver', queue, ...delivery));
  io.on('connection', (socket) => {
    connect(socket, parts, admission);
  });
  return io;
};

/** Why a handshake is refused; its `data` is what the client gets beside the text. */
const refusal = (socket: Socket, keys: Keys): (Error & { data: ErrorBody }) | undefined => {
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

/** As the audit names it. */
const callerOf = (
  { handshake, request }: Socket,
  { trustedProxies }: SocketServerParts,
): { readonly client?: string; readonly address: string } => {
  const name: unknown = handshake.auth.name;
  const address = arrivalOf(request, trustedProxies).clientAddress;
  return typeof name === 'string' ? { client: name, address } : { address };
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

const connect = (socket: Socket, parts: SocketServerParts, admission: Admission): void => {
  const { onConnection } = parts;
  const identity = identityOf(parseHandshake(socket.handshake.auth), socket.id);
  const account = parts.budget.open();
  const outgoing = new Outgoing(socket.conn, account);
  const connection = { socket, rooms: new Rooms(socket), identity, account, outgoing };
  const session = new Session(connection, parts);
  admission.admit(socket.conn, { client: identity.name, mayWait: () => outgoing.mayWait });
  const { address } = callerOf(socket, parts);
  const recordAction = (action: Action): void => {
    parts.audit.action({ client: identity.name, address, ...action });
  };
  answerRequests(session, connection, { ...parts, recordAction });
  socket.on('disconnect', (reason) => {
    session.close();
    admission.end(socket.conn);
    onConnection('disconnected', identity.name, reason);
  });
  onConnection('connected', identity.name);
};
