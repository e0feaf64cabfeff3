import { QueueError, type ErrorBody } from '@typed-queue/contracts';
import {
  failed,
  PROTOCOL_VERSION,
  subscribeVersions,
  tailVersions,
  type Handshake,
} from '@typed-queue/contracts/wire';
import { BackOff, retryAfterOf } from '../back-off.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import { causeOf, finalError } from './connection-failure.js';
import { olderVersion, servedBy, withoutNewer } from './protocol-version.js';
import type { Answer, Send, Server } from './server.js';
import { isSignedOut, SignIn } from './sign-in.js';
import type { ClientSocket, SocketOptions } from './socket.js';
import { TokenSource, type Token } from './token-source.js';

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
  /** The server, for people. */
  readonly name: string;
  readonly options: Omit<SocketOptions, 'handshake'>;
  /** Without what differs between attempts. */
  readonly handshake: Omit<Handshake, 'protocolVersion' | 'token'>;
  readonly token: Token | undefined;
  readonly runtime: Pick<Runtime, 'openSocket' | 'after' | 'random'>;
  readonly emitter: Emitter<ClientEvents>;
  readonly onConnected: () => void;
  /** The token has expired; frames that have no receipt are not answered any more. */
  readonly onExpired: () => void;
  /** Another token was shown: what is published may be sent again. */
  readonly onRenewed: () => void;
  readonly onDisconnected: () => void;
  readonly onRefused: (error: QueueError) => void;
}

/** The connection to the server over all its reconnects. */
export class Connection implements Server {
  readonly socket: ClientSocket;
  readonly #parts: ConnectionParts;
  readonly #backOff: BackOff;
  readonly #token: TokenSource;
  readonly #signIn: SignIn;
  #state: ConnectionState = { kind: 'connecting' };
  /** That the server is asked to speak: its own, once it refused this client's. */
  #version = PROTOCOL_VERSION;
  /** Counts the connections, so that an answer is known to belong to the present one. */
  #number = 0;

  constructor(parts: ConnectionParts) {
    const { minDelayMs: firstMs, maxDelayMs: mostMs } = parts.options.reconnect;
    this.#parts = parts;
    this.#backOff = new BackOff(parts.runtime, { firstMs, mostMs });
    this.#token = new TokenSource(parts.token);
    this.#signIn = this.#makeSignIn();
    this.socket = parts.runtime.openSocket({
      ...parts.options,
      handshake: (show) => this.#greet(show),
    });
    this.socket.on('connect', () => this.#connected());
    this.socket.on('disconnect', (reason) => this.#disconnected(reason));
    this.socket.on('connect_error', (error) => this.#failed(error));
    this.socket.on('auth:expired', (body) => this.#signIn.expired(QueueError.fromBody(body)));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  publish(...[queue, frame, answer]: Parameters<Server['publish']>): void {
    this.socket.emit(
      'publish:frame',
      queue,
      frame,
      this.#present((result) => {
        if (isSignedOut(result)) this.#signIn.expired(QueueError.fromBody(result.error));
        else answer(result);
      }),
    );
  }
  subscribe(...[request, answer]: Parameters<Server['subscribe']>): void {
    const known = withoutNewer(request, subscribeVersions, this.#version);
    this.#request(answer, (take) => this.socket.emit('subscribe', known, take));
  }
  pause(...[subscription, answer]: Parameters<Server['pause']>): void {
    this.#request(answer, (take) => this.socket.emit('pause', subscription, take));
  }
  settle(...[subscription, settlements, answer]: Parameters<Server['settle']>): void {
    this.#request(answer, (take) => this.socket.emit('settle', subscription, settlements, take));
  }
  tail(...[request, answer]: Parameters<Server['tail']>): void {
    const known = withoutNewer(request, tailVersions, this.#version);
    this.#request(answer, (take) => this.socket.emit('tail', known, take));
  }
  position(...[subscription, next]: Parameters<Server['position']>): void {
    this.socket.emit('position', subscription, next);
  }
  unsubscribe(...[subscription, answer]: Parameters<Server['unsubscribe']>): void {
    this.#request(answer, (take) => this.socket.emit('unsubscribe', subscription, take));
  }
  ask<T>(send: Send<T>, answer: Answer<T>): void {
    const socket = servedBy(this.socket, this.#version, (error) => answer(failed(error)));
    this.#request(answer, (take) => send(socket, take));
  }

  close(): void {
    this.#end({ kind: 'closed' });
  }

  /** Sends a request, and again when it was refused only for want of a valid token. */
  #request<T>(answer: Answer<T>, send: (take: Answer<T>) => void): void {
    const take = this.#present<T>((result) => {
      if (isSignedOut(result)) this.#signIn.hold(() => send(take), QueueError.fromBody(result.error));
      else answer(result);
    });
    send(take);
  }

  #greet(show: (handshake: Handshake) => void): void {
    this.#token.ask(
      (token) => {
        const { handshake } = this.#parts;
        show({ protocolVersion: this.#version, ...handshake, ...(token !== undefined && { token }) });
      },
      (error) => {
        // Its handshake will not come.
        this.socket.disconnect();
        this.#connectAgain();
        this.#parts.emitter.emit('token:failed', { error });
      },
    );
  }

  #makeSignIn(): SignIn {
    const { runtime, emitter, onExpired, onRenewed } = this.#parts;
    return new SignIn({
      ...{ source: this.#token, runtime, onExpired, onRenewed },
      authenticate: (token, answer) => this.socket.emit('authenticate', { token }, this.#present(answer)),
      onTokenFailed: (error) => emitter.emit('token:failed', { error }),
      onRefused: (error) => this.#stop(error),
    });
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
    this.#signIn.offline();
    this.#connectAgain();
    this.#parts.onDisconnected();
    this.#parts.emitter.emit('disconnected', { reason });
  }

  #failed(failure: Error): void {
    if (this.#over) return;
    const body = bodyOf(failure);
    if (body !== undefined) this.#answered(QueueError.fromBody(body));
    else this.#unreachable(causeOf(failure));
  }

  /** The server answered the handshake with an error. */
  #answered(error: QueueError): void {
    const older = olderVersion(error, this.#version);
    if (older !== undefined) {
      this.#version = older;
      this.socket.connect();
      return;
    }
    // The same text will not be valid again.
    const isFinal = !error.retryable || (error.code === 'auth_expired' && !this.#token.isRenewable);
    if (isFinal) {
      this.#stop(error);
      return;
    }
    this.#connectAgain(retryAfterOf(error));
    this.#parts.emitter.emit('error', { error });
  }

  #unreachable(cause: Error): void {
    this.#version = PROTOCOL_VERSION;
    // After a successful connection the configuration is known to be right: the failure may be temporary.
    const final = this.#number > 0 ? undefined : finalError(cause, this.#parts.name, !this.socket.active);
    if (final === undefined) {
      this.#connectAgain();
      this.#parts.emitter.emit('connection:failed', { cause });
    } else {
      this.#stop(final);
    }
  }

  /** The server will never have this client. */
  #stop(error: QueueError): void {
    this.#end({ kind: 'refused', error });
    this.#parts.onRefused(error);
    this.#parts.emitter.emit('error', { error });
  }

  get #over(): boolean {
    return this.#state.kind === 'refused' || this.#state.kind === 'closed';
  }

  /** Socket.IO connects again by itself, but not after the server itself refused or ended the connection. */
  #connectAgain(leastMs = 0): void {
    if (!this.socket.active) this.#backOff.wait(() => this.socket.connect(), leastMs);
  }

  #end(state: ConnectionState): void {
    if (this.#over) return;
    this.#state = state;
    this.#backOff.cancel();
    this.#signIn.offline();
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
