import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import type { After } from '@typed-queue/contracts/wire';
import {
  ConnectionCutoff,
  type AdmittedClient,
  type ConnectionCut,
  type CutReason,
} from './connection-cutoff.js';
import { ConnectionLimits, type Refusal } from './connection-limits.js';
import { OpenSockets } from './open-sockets.js';
import type { QueueServer } from './queue-socket.js';

type Engine = Socket['conn'];

/** Limits for clients that connect. */
export interface AdmissionOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** How long after its upgrade to a WebSocket a client must be admitted, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** The address of the client; behind a trusted proxy, as its header says. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** Whether the connections from an address belong to many clients. */
  readonly isProxy: (address: string) => boolean;
  readonly after: After;
}

export interface AdmissionDeps extends AdmissionOptions {
  readonly http: HttpServer;
  readonly onRefused: (refusal: Refusal) => void;
  readonly onCut: (cut: Cut) => void;
}

export interface Cut extends ConnectionCut {
  readonly address: string;
}

/** How long a client that was not admitted has for the closing handshake. */
const CLOSING_MS = 2_000;

/** Limits every connection from its accept until its client is admitted, and what it costs after that. */
export class Admission {
  readonly #deps: AdmissionDeps;
  readonly #limits: ConnectionLimits;
  readonly #sockets: TcpSockets;
  readonly #cutoffs = new WeakMap<Engine, ConnectionCutoff>();
  readonly #deadlines = new Map<TcpSocket, () => void>();

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
    this.#limits = new ConnectionLimits(deps);
    this.#sockets = new TcpSockets(deps.http);
    deps.http.on('connection', (socket: TcpSocket) => {
      socket.once('close', () => this.#clearDeadline(socket));
      this.#limits.enter(socket);
    });
    deps.http.on('upgrade', (request: IncomingMessage) => this.#upgrade(request));
  }

  /** Watches the connections of a Socket.IO server on the HTTP server. */
  watch({ engine }: Pick<QueueServer, 'engine'>): void {
    engine.use(refuseSecondTransport);
    engine.on('connection', (connection: Engine) => {
      const { request } = connection;
      const socket = this.#sockets.below(request.socket);
      const cutoff = new ConnectionCutoff(connection, socket, (cut) => {
        this.#deps.onCut({ ...cut, address: this.#deps.addressOf(request) });
      });
      this.#cutoffs.set(connection, cutoff);
      this.#setDeadline(socket, () => cutoff.expire());
      connection.once('close', () => this.#closeSoon(socket, cutoff));
    });
  }

  admit(connection: Engine, client: AdmittedClient): void {
    const socket = this.#sockets.below(connection.request.socket);
    this.#clearDeadline(socket);
    this.#limits.admit(socket);
    this.#cutoffs.get(connection)?.admit(client);
  }

  /** An admitted client costs more than it may. */
  cut(connection: Engine, reason: CutReason): void {
    this.#cutoffs.get(connection)?.cut(reason);
  }

  /** A client was refused, or has left: closes the connection when what was sent is written. */
  end(connection: Engine): void {
    this.#cutoffs.get(connection)?.refuse();
    setImmediate(() => connection.close());
  }

  #upgrade(request: IncomingMessage): void {
    const socket = this.#sockets.below(request.socket);
    this.#limits.attribute(socket, this.#deps.addressOf(request));
    this.#setDeadline(socket, () => socket.destroy());
  }

  /** For clients that do not answer the closing handshake. What was sent to an admitted one may take longer. */
  #closeSoon(socket: TcpSocket, { isAdmitted }: ConnectionCutoff): void {
    const ms = isAdmitted ? this.#deps.handshakeTimeoutMs : CLOSING_MS;
    this.#setDeadline(socket, () => socket.destroy(), ms);
  }

  #setDeadline(socket: TcpSocket, run: () => void, ms = this.#deps.handshakeTimeoutMs): void {
    this.#clearDeadline(socket);
    if (!socket.destroyed) this.#deadlines.set(socket, this.#deps.after(ms, run));
  }

  #clearDeadline(socket: TcpSocket): void {
    this.#deadlines.get(socket)?.();
    this.#deadlines.delete(socket);
  }
}

/** A `sid` names an existing connection: its WebSocket would be replaced by one without limits. */
const refuseSecondTransport = (
  request: IncomingMessage,
  _response: unknown,
  next: (error?: Error) => void,
): void => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  next(searchParams.has('sid') ? new Error('A connection has one WebSocket.') : undefined);
};

/** The TCP sockets of an HTTP server; with TLS, the socket of a request is one of TLS over them. */
class TcpSockets {
  readonly #below = new WeakMap<TcpSocket, TcpSocket>();

  constructor(http: HttpServer) {
    const open = new OpenSockets(http);
    http.on('secureConnection', (socket: TcpSocket) => {
      const below = open.below(socket);
      if (below !== undefined) this.#below.set(socket, below);
    });
  }

  /** The accepted socket, which counts for the connection everywhere. */
  below(socket: TcpSocket): TcpSocket {
    return this.#below.get(socket) ?? socket;
  }
}
