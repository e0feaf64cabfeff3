import {
  failed,
  PROTOCOL_VERSION,
  QueueError,
  subscribeVersions,
  tailVersions,
  type ErrorBody,
  type Handshake,
} from '@typed-queue/contracts';
import { BackOff } from '../back-off.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import { olderVersion, servedBy, withoutNewer } from './protocol-version.js';
import type { Answer, Send, Server } from './server.js';
import type { ClientSocket, SocketOptions } from './socket.js';

/** Whether a client can reach its server. */
export type ConnectionState =
  /** Not connected yet. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** The connection is gone; the client connects again by itself. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** The server will never have this client: it stopped trying. */
  | { readonly kind: 'refused'; readonly error: QueueError }
  | { readonly kind: 'closed' };

export interface ConnectionParts {
  readonly options: Omit<SocketOptions, 'handshake'>;
  /** Without the protocol version. */
  readonly handshake: Omit<Handshake, 'protocolVersion'>;
  readonly runtime: Pick<Runtime, 'openSocket' | 'after' | 'random'>;
  readonly emitter: Emitter<ClientEvents>;
  readonly onConnected: () => void;
  readonly onDisconnected: () => void;
  readonly onRefused: (error: QueueError) => void;
}

/** The connection to the server over all its reconnects. */
export class Connection implements Server {
  readonly socket: ClientSocket;
  readonly #parts: ConnectionParts;
  readonly #backOff: BackOff;
  #state: ConnectionState = { kind: 'connecting' };
  /** That the server is asked to speak: its own, once it refused this client's. */
  #version = PROTOCOL_VERSION;
  /** Counts the connections, so that an answer is known to belong to the present one. */
  #number = 0;

  constructor(parts: ConnectionParts) {
    const { minDelayMs: firstMs, maxDelayMs: mostMs } = parts.options.reconnect;
    this.#parts = parts;
    this.#backOff = new BackOff(parts.runtime, { firstMs, mostMs });
    this.socket = parts.runtime.openSocket({
      ...parts.options,
      handshake: () => ({ protocolVersion: this.#version, ...parts.handshake }),
    });
    this.socket.on('connect', () => this.#connected());
    this.socket.on('disconnect', (reason) => this.#disconnected(reason));
    this.socket.on('connect_error', (error) => this.#failed(error));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  publish(...[queue, frame, answer]: Parameters<Server['publish']>): void {
    this.socket.emit('publish:frame', queue, frame, this.#present(answer));
  }
  subscribe(...[request, answer]: Parameters<Server['subscribe']>): void {
    this.socket.emit(
      'subscribe',
      withoutNewer(request, subscribeVersions, this.#version),
      this.#present(answer),
    );
  }
  pause(...[subscription, answer]: Parameters<Server['pause']>): void {
    this.socket.emit('pause', subscription, this.#present(answer));
  }
  settle(...[subscription, settlements, answer]: Parameters<Server['settle']>): void {
    this.socket.emit('settle', subscription, settlements, this.#present(answer));
  }
  tail(...[request, answer]: Parameters<Server['tail']>): void {
    this.socket.emit('tail', withoutNewer(request, tailVersions, this.#version), this.#present(answer));
  }
  position(...[subscription, next]: Parameters<Server['position']>): void {
    this.socket.emit('position', subscription, next);
  }
  unsubscribe(...[subscription, answer]: Parameters<Server['unsubscribe']>): void {
    this.socket.emit('unsubscribe', subscription, this.#present(answer));
  }
  ask<T>(send: Send<T>, answer: Answer<T>): void {
    send(
      servedBy(this.socket, this.#version, (error) => answer(failed(error))),
      this.#present(answer),
    );
  }

  close(): void {
    this.#end({ kind: 'closed' });
  }

  /** An answer counts only on the connection that asked. */
  #present<T>(answer: Answer<T>): Answer<T> {
    const asked = this.#number;
    return (result) => {
      if (asked === this.#number && this.#state.kind === 'connected') answer(result);
    };
  }

  #connected(): void {
    const again = this.#number++ > 0;
    this.#state = { kind: 'connected' };
    this.#backOff.succeeded();
    this.#parts.onConnected();
    this.#parts.emitter.emit('connected', { again });
  }

  #disconnected(reason: string): void {
    if (this.#state.kind !== 'connected') return;
    this.#state = { kind: 'disconnected', reason };
    this.#version = PROTOCOL_VERSION;
    this.#connectAgain();
    this.#parts.onDisconnected();
    this.#parts.emitter.emit('disconnected', { reason });
  }

  #failed(cause: Error): void {
    if (this.#over) return;
    const body = bodyOf(cause);
    if (body === undefined) {
      this.#version = PROTOCOL_VERSION;
      this.#connectAgain();
      this.#parts.emitter.emit('connection:failed', { cause });
      return;
    }
    const error = QueueError.fromBody(body);
    const older = olderVersion(error, this.#version);
    if (older !== undefined) {
      this.#version = older;
      this.socket.connect();
      return;
    }
    if (error.retryable) {
      this.#connectAgain();
    } else {
      this.#end({ kind: 'refused', error });
      this.#parts.onRefused(error);
    }
    this.#parts.emitter.emit('error', { error });
  }

  get #over(): boolean {
    return this.#state.kind === 'refused' || this.#state.kind === 'closed';
  }

  /** Socket.IO connects again by itself, but not after the server itself refused or ended the connection. */
  #connectAgain(): void {
    if (!this.socket.active) this.#backOff.wait(() => this.socket.connect());
  }

  #end(state: ConnectionState): void {
    if (this.#over) return;
    this.#state = state;
    this.#backOff.cancel();
    this.socket.disconnect();
  }
}

/** The answer of a queue server that refuses a handshake; undefined for every other failure to connect. */
const bodyOf = (error: Error & { readonly data?: unknown }): ErrorBody | undefined => {
  const { data } = error;
  if (typeof data !== 'object' || data === null) return undefined;
  const known = 'code' in data && typeof data.code === 'string' && 'retryable' in data;
  // Safe: what has a code and says whether it is retryable was made by QueueError.toJSON.
  return known ? (data as ErrorBody) : undefined;
};
