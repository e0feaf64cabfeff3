import type { QueueError } from '@typed-queue/contracts';
import { arrivalOf, type AccessPolicy, type Principal } from '@typed-queue/program';
import { Server } from 'socket.io';
import { Encoder } from 'socket.io-parser';
import { addressRange } from '../access/address-range.js';
import type { Audit } from '../access/audit.js';
import type { MemoryBudget } from '../access/budget.js';
import type { HandshakeRates } from '../access/handshake-rates.js';
import { filterRequests } from '../access/request-filter.js';
import type { RefusalCounts } from '../access/refusal-counts.js';
import { Semaphore } from '../access/semaphore.js';
import type { TokenValidity } from '../access/token-validity.js';
import { Turns } from '../access/turns.js';
import type { WrongKeys } from '../access/wrong-keys.js';
import { Admission, type AdmissionDeps } from './connection-admission.js';
import { openConnection, rateKeyOf, type Connection, type ConnectionServerDeps } from './connection.js';
import { gatherWrites } from './gathered-writes.js';
import { checkHandshake, type AcceptedHandshake, type HandshakeRefusal } from './handshake.js';
import { PacketDecoder } from './packet-decoder.js';
import type { QueueServer, QueueSocket } from './queue-socket.js';
import { limitedWebSocketServer } from './web-socket-server.js';

/** More than any frame or array of messages may have, so that what is too large gets an answer and is not cut off. */
const MAX_HTTP_BUFFER_BYTES = 8 * 1024 * 1024;
/** The part of the memory budget for large messages that arrive. */
const ARRIVING_SHARE = 1 / 8;

/** The default of Socket.IO's clients. */
const SOCKET_PATH = '/socket.io/';

export interface SocketServerDeps
  extends Pick<ConnectionServerDeps, 'guard' | 'budget' | 'storeBacklog' | 'rates' | 'now'>, AdmissionDeps {
  /** Answers the requests of a client from now on. */
  readonly serve: (connection: Connection) => ServedClient;
  /** Of the packets of a connection. Default: as Socket.IO. */
  readonly decoder?: typeof PacketDecoder | undefined;
  readonly audit: Audit;
  readonly refusals: RefusalCounts;
  readonly onError: (error: unknown) => void;
  readonly access: AccessPolicy;
  /** Through how many proxies clients come. */
  readonly trustedProxies: number;
  readonly wrongKeys: WrongKeys;
  readonly handshakes: { readonly addresses: HandshakeRates; readonly principals: HandshakeRates };
  readonly onConnection: (event: 'connected' | 'disconnected', client: ConnectedClient) => void;
}

/** What serves one client. */
export interface ServedClient {
  /** The token is no longer valid: nothing is sent until `renew`. */
  expire(error: QueueError): void;
  /** The token was replaced, or the rights changed. */
  renew(): Promise<void>;
  /** The connection is closed. */
  close(): void;
}

/** As the log names it. */
export interface ConnectedClient {
  readonly client: string;
  readonly principal: string;
  /** Why it disconnected. */
  readonly reason?: string;
}

export interface SocketServer {
  readonly io: QueueServer;
  /** The keys file was read again: reviews the principals of all connections. */
  readonly reviewPrincipals: () => void;
}

/** Serves Socket.IO on an HTTP server, to the clients that may connect. */
export const serveSockets = (deps: SocketServerDeps): SocketServer => {
  // Before Engine.IO, whose connection has a deadline of its own.
  const admission = new Admission(deps);
  const io = limitedServer(deps);
  filterRequests(deps.http, {
    ...deps,
    policy: deps.access,
    socketPath: SOCKET_PATH,
    takeHandshake: (address) => deps.handshakes.addresses.take(addressRange(address), 'this address'),
  });
  admission.watch(io);
  gatherWrites(io);
  const tokenValidities = new Set<TokenValidity>();
  const accepted = checkHandshakes(io, deps, admission);
  const connectDeps = { ...deps, admission };
  io.on('connection', (socket) => {
    const client = accepted.get(socket);
    if (client === undefined) throw new Error('a client was connected before its handshake was checked');
    accepted.delete(socket);
    const { tokenValidity } = connect(socket, client, connectDeps);
    tokenValidities.add(tokenValidity);
    socket.on('disconnect', () => tokenValidities.delete(tokenValidity));
    // The keys file may have been read since the handshake.
    tokenValidity.review();
  });
  const reviewPrincipals = (): void => {
    for (const tokenValidity of tokenValidities) tokenValidity.review();
  };
  return { io, reviewPrincipals };
};

/** Socket.IO over websocket only. */
const limitedServer = (deps: SocketServerDeps): QueueServer =>
  new Server(deps.http, {
    serveClient: false,
    parser: { Encoder, Decoder: deps.decoder ?? PacketDecoder },
    wsEngine: limitedWebSocketServer({
      largeMessages: new Semaphore(maxLargeMessages(deps.budget)),
      onFlood: (request) => {
        deps.onCut({ reason: 'pings', bytes: 0, address: deps.addressOf(request) });
      },
    }),
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_HTTP_BUFFER_BYTES,
    path: SOCKET_PATH,
    transports: ['websocket'],
  });

/** How many large messages may arrive at the same time. */
const maxLargeMessages = ({ bytes }: MemoryBudget): number =>
  Math.max(1, Math.floor((bytes * ARRIVING_SHARE) / MAX_HTTP_BUFFER_BYTES));

/** Checks each handshake, a few in each turn of the event loop. Returns the clients that may connect. */
const checkHandshakes = (
  io: QueueServer,
  deps: SocketServerDeps,
  admission: Admission,
): Pick<WeakMap<QueueSocket, AcceptedHandshake>, 'get' | 'delete'> => {
  const { audit, refusals, onError } = deps;
  const accepted = new WeakMap<QueueSocket, AcceptedHandshake>();
  const turns = new Turns();
  io.use((socket, next) => {
    const caller = callerOf(socket, deps);
    const answer = (result: AcceptedHandshake | HandshakeRefusal): void => {
      if (!(result instanceof Error)) {
        accepted.set(socket, result);
        next();
        return;
      }
      refusals.add(result.data.code);
      audit.refusal({ ...caller, verb: 'connect', outcome: result.data.code });
      next(result);
      admission.end(socket.conn);
    };
    const fail = (error: unknown): void => {
      onError(error);
      socket.conn.close();
    };
    const authenticate = authenticating(caller.address, deps);
    turns.add(() => void checkHandshake(socket.handshake.auth, { authenticate }).then(answer, fail));
  });
  return accepted;
};

const authenticating =
  (address: string, { wrongKeys, handshakes }: SocketServerDeps) =>
  async (token: string | undefined): Promise<Principal> => {
    const principal = await wrongKeys.from(address).authenticate(token);
    handshakes.principals.take(rateKeyOf(principal, address), 'this key');
    return principal;
  };

/** As the audit names it. */
const callerOf = (
  { handshake, request }: QueueSocket,
  { trustedProxies }: SocketServerDeps,
): { readonly client?: string; readonly address: string } => {
  const name: unknown = handshake.auth.name;
  const address = arrivalOf(request, trustedProxies).clientAddress;
  return typeof name === 'string' ? { client: name, address } : { address };
};

interface ConnectDeps extends SocketServerDeps {
  readonly admission: Admission;
}

const cutAbuser = ({ socket, rate }: Connection, { handshakes, admission }: ConnectDeps): void => {
  handshakes.principals.cut(rate.principal);
  admission.cut(socket.conn, 'not_waiting');
};

const connect = (socket: QueueSocket, accepted: AcceptedHandshake, deps: ConnectDeps): Connection => {
  const { admission, onConnection, onError } = deps;
  const { address } = callerOf(socket, deps);
  const connection = openConnection(socket, accepted, {
    server: deps,
    address,
    onAbuse: () => cutAbuser(connection, deps),
    onExpired: (error) => client.expire(error),
    onRenewed: () => void client.renew().catch(onError),
  });
  const { name } = connection.identity;
  const { tokenValidity, sendBuffer } = connection;
  admission.admit(socket.conn, {
    client: name,
    principal: () => tokenValidity.principal.name,
    maxUnsentBytes: () => sendBuffer.maxUnsentBytes,
  });
  const client = deps.serve(connection);
  socket.on('disconnect', (reason) => {
    tokenValidity.end();
    connection.rate.end();
    client.close();
    admission.end(socket.conn);
    onConnection('disconnected', { client: name, principal: tokenValidity.principal.name, reason });
  });
  onConnection('connected', { client: name, principal: tokenValidity.principal.name });
  return connection;
};
