import { arrivalOf, type AccessPolicy } from '@typed-queue/program';
import { Server, type Socket } from 'socket.io';
import { Encoder } from 'socket.io-parser';
import type { Audit, AuditEntry } from '../access/audit.js';
import type { SignIn } from '../access/sign-in.js';
import { closeGate } from '../access/gate.js';
import type { MemoryBudget } from '../access/budget.js';
import type { WrongKeys } from '../access/wrong-keys.js';
import { Turns } from '../access/turns.js';
import type { Action } from './actions.js';
import { Admission, type AdmissionParts } from './admission.js';
import { answerRequests, type RequestParts } from './client-requests.js';
import { connectClient, type ClientConnectionParts } from './client-connection.js';
import type { Connection } from './connection.js';
import { greet, type Greeted, type HandshakeRefusal } from './handshake.js';
import { PacketDecoder } from './packet-decoder.js';
import { boundedWebSocketServer } from './web-socket-server.js';

/** More than any frame or array of messages may have, so that what is too large gets an answer and not a cut. */
const MAX_HTTP_BUFFER_BYTES = 8 * 1024 * 1024;
/** Large messages that arrive at once may take so much of the budget. */
const ARRIVING_SHARE = 1 / 8;

/** Where clients of Socket.IO look for it. */
const SOCKET_PATH = '/socket.io/';

export interface SocketServerParts
  extends
    Omit<RequestParts, 'recordAction' | 'recordRefusal'>,
    Omit<ClientConnectionParts, 'timer' | 'address' | 'authenticator' | 'onAbuse'>,
    AdmissionParts {
  /** What all connections together may use. */
  readonly budget: MemoryBudget;
  readonly access: AccessPolicy;
  /** Through how many proxies clients come. */
  readonly trustedProxies: number;
  readonly wrongKeys: WrongKeys;
  readonly audit: Audit;
  readonly onConnection: (event: 'connected' | 'disconnected', who: ConnectedClient) => void;
}

/** As the log names it. */
export interface ConnectedClient {
  readonly client: string;
  readonly principal: string;
  /** Why it is gone. */
  readonly reason?: string;
}

export interface SocketServer {
  readonly io: Server;
  /** The keys file was read again: looks at the principals of all connections. */
  readonly reviewPrincipals: () => void;
}

interface ConnectParts extends SocketServerParts {
  readonly admission: Admission;
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
export const serveSockets = (parts: SocketServerParts): SocketServer => {
  const io = boundedServer(parts);
  const { audit, trustedProxies } = parts;
  closeGate(parts.http, { policy: parts.access, trustedProxies, socketPath: SOCKET_PATH, audit });
  const admission = new Admission(parts);
  admission.guard(io);
  const signIns = new Set<SignIn>();
  const greeted = greetClients(io, parts, admission);
  parts.tails.onDeliver((queue, ...delivery) => io.to(queue).emit('deliver', queue, ...delivery));
  io.on('connection', (socket) => {
    const client = greeted.get(socket);
    if (client === undefined) throw new Error('a client was connected before its handshake was looked at');
    const { signIn } = connect(socket, client, { ...parts, admission });
    signIns.add(signIn);
    socket.on('disconnect', () => signIns.delete(signIn));
    // The keys file may have been read since the handshake.
    signIn.review();
  });
  const reviewPrincipals = (): void => {
    for (const signIn of signIns) signIn.review();
  };
  return { io, reviewPrincipals };
};

/** Looks at each handshake; what it returns has all clients that were let in. */
const greetClients = (
  io: Server,
  parts: SocketServerParts,
  admission: Admission,
): Pick<WeakMap<Socket, Greeted>, 'get'> => {
  const { audit, wrongKeys, onError } = parts;
  const greeted = new WeakMap<Socket, Greeted>();
  io.use((socket, next) => {
    const answer = (result: Greeted | HandshakeRefusal): void => {
      if (!(result instanceof Error)) {
        greeted.set(socket, result);
        next();
        return;
      }
      audit.refusal({ ...callerOf(socket, parts), verb: 'connect', outcome: result.data.code });
      next(result);
      admission.end(socket.conn);
    };
    const { address } = callerOf(socket, parts);
    greet(socket.handshake.auth, wrongKeys.from(address)).then(answer, (error: unknown) => {
      onError(error);
      socket.conn.close();
    });
  });
  return greeted;
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

const connect = (socket: Socket, greeted: Greeted, parts: ConnectParts): Connection => {
  const { onConnection, audit, admission, wrongKeys } = parts;
  const { address } = callerOf(socket, parts);
  const { connection, session } = connectClient(socket, greeted, {
    ...{ ...parts, address, authenticator: wrongKeys.admitted },
    onAbuse: () => admission.cut(socket.conn, 'not_waiting'),
  });
  const { identity, outgoing, signIn, rate } = connection;
  const { name } = identity;
  admission.admit(socket.conn, { client: name, mayWait: () => outgoing.mayWait });
  const entryOf = (action: Action, principal: string): AuditEntry => ({
    ...{ client: name, principal, address, ...action },
  });
  answerRequests(session, connection, {
    ...parts,
    recordAction: (action, principal) => audit.action(entryOf(action, principal)),
    recordRefusal: (refusal, principal) => audit.refusal(entryOf(refusal, principal)),
  });
  socket.on('disconnect', (reason) => {
    signIn.end();
    rate.end();
    session.close();
    admission.end(socket.conn);
    onConnection('disconnected', { client: name, principal: signIn.principal.name, reason });
  });
  onConnection('connected', { client: name, principal: signIn.principal.name });
  return connection;
};
