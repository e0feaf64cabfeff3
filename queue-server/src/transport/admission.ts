import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Server, Socket } from 'socket.io';
import type { Timer } from '../access/timer.js';
import { ConnectionCutoff, type Admitted, type CutReason, type ConnectionCut } from './connection-cutoff.js';
import { ConnectionLimits, type Refusal } from './connection-limits.js';
import { TcpSockets } from './tcp-sockets.js';

type Engine = Socket['conn'];

/** Bounds on who comes, and how. */
export interface AdmissionOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** From its upgrade to a WebSocket on, a client must be admitted within this, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** Whom a request comes from; behind a declared proxy, as its header says. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** Do the connections from an address belong to many clients? */
  readonly isProxy: (address: string) => boolean;
  readonly timer: Timer;
}

export interface AdmissionParts extends AdmissionOptions {
  readonly http: HttpServer;
  readonly onRefused: (refusal: Refusal) => void;
  /** A connection cost more than it may, and was cut off. */
  readonly onCut: (cut: Cut) => void;
}

export interface Cut extends ConnectionCut {
  readonly address: string;
}

/** How long a client that was not admitted has for the closing handshake of its WebSocket. */
const FAREWELL_MS = 2_000;

/** Bounds every connection from the moment it is accepted until its client is admitted, and what it costs after that. */
export class Admission {
  readonly #parts: AdmissionParts;
  readonly #limits: ConnectionLimits;
  readonly #sockets: TcpSockets;
  readonly #guards = new WeakMap<Engine, ConnectionCutoff>();
  readonly #deadlines = new Map<TcpSocket, () => void>();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    this.#limits = new ConnectionLimits(parts);
    this.#sockets = new TcpSockets(parts.http);
    parts.http.on('connection', (socket: TcpSocket) => {
      socket.once('close', () => this.#clearDeadline(socket));
      this.#limits.enter(socket);
    });
    parts.http.on('upgrade', (request: IncomingMessage) => this.#upgrade(request));
  }

  /** Guards the connections of a Socket.IO server that stands on the HTTP server. */
  guard({ engine }: Server): void {
    engine.use(refuseSecondTransport);
    engine.on('connection', (connection: Engine) => {
      const { request } = connection;
      const socket = this.#sockets.under(request.socket);
      const guard = new ConnectionCutoff(connection, socket, (cut) => {
        this.#parts.onCut({ ...cut, address: this.#parts.addressOf(request) });
      });
      this.#guards.set(connection, guard);
      this.#setDeadline(socket, () => guard.expire());
      connection.once('close', () => this.#closeSoon(socket, guard));
    });
  }

  /** A client was let in. */
  admit(connection: Engine, admitted: Admitted): void {
    const socket = this.#sockets.under(connection.request.socket);
    this.#clearDeadline(socket);
    this.#limits.admit(socket);
    this.#guards.get(connection)?.admit(admitted);
  }

  /** An admitted client costs more than it may. */
  cut(connection: Engine, reason: CutReason): void {
    this.#guards.get(connection)?.cut(reason);
  }

  /** A client was refused, or has left: the connection ends after what was sent. */
  end(connection: Engine): void {
    this.#guards.get(connection)?.refuse();
    setImmediate(() => connection.close());
  }

  #upgrade(request: IncomingMessage): void {
    const socket = this.#sockets.under(request.socket);
    this.#limits.attribute(socket, this.#parts.addressOf(request));
    this.#setDeadline(socket, () => socket.destroy());
  }

  /** Also where the client does not answer the closing handshake. What an admitted one was sent may take longer. */
  #closeSoon(socket: TcpSocket, { isAdmitted }: ConnectionCutoff): void {
    const ms = isAdmitted ? this.#parts.handshakeTimeoutMs : FAREWELL_MS;
    this.#setDeadline(socket, () => socket.destroy(), ms);
  }

  /** Replaces the former one. */
  #setDeadline(socket: TcpSocket, run: () => void, ms = this.#parts.handshakeTimeoutMs): void {
    this.#clearDeadline(socket);
    if (!socket.destroyed) this.#deadlines.set(socket, this.#parts.timer(run, ms));
  }

  #clearDeadline(socket: TcpSocket): void {
    this.#deadlines.get(socket)?.();
    this.#deadlines.delete(socket);
  }
}

/** A `sid` names a connection that is there already: its WebSocket would be replaced by one that nobody guards. */
const refuseSecondTransport = (
  request: IncomingMessage,
  _response: unknown,
  next: (error?: Error) => void,
): void => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  next(searchParams.has('sid') ? new Error('A connection has one WebSocket.') : undefined);
};
