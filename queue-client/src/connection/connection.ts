import { QueueError, type ErrorBody } from '@typed-queue/contracts';
import { failed, PROTOCOL_VERSION, type Handshake } from '@typed-queue/contracts/wire';
import { BackOff } from '../back-off.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import { causeOf, finalError } from './connection-failure.js';
import { olderVersion, supportedArgs, unsupportedRequest } from './protocol-version.js';
import type { Answer, CallServer, RequestArgs, RequestName } from './requests.js';
import { isSignedOut, SignIn } from './sign-in.js';
import type { ClientSocket, SocketOptions } from './socket.js';
import { TokenSource, type Token } from './token-source.js';

export type ConnectionState =
  /** Not connected yet. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** The client connects again by itself. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** The server refused permanently: the client stopped trying. */
  | { readonly kind: 'refused'; readonly error: QueueError }
  | { readonly kind: 'closed' };

interface ConnectionDeps {
  /** The server, for messages. */
  readonly name: string;
  readonly options: Omit<SocketOptions, 'handshake'>;
  /** Without what differs between attempts. */
  readonly handshake: Omit<Handshake, 'protocolVersion' | 'token'>;
  readonly token: Token | undefined;
  readonly runtime: Pick<Runtime, 'openSocket' | 'after' | 'random'>;
  readonly emitter: Emitter<ClientEvents>;
  readonly onConnected: () => void;
  /** The token has expired: pending frames will not be answered. */
  readonly onExpired: () => void;
  /** The server accepted another token: frames may be sent again. */
  readonly onRenewed: () => void;
  readonly onDisconnected: () => void;
  readonly onRefused: (error: QueueError) => void;
}

/** Requests that their outbox sends again. */
const RESENT: readonly RequestName[] = [
  'publish:frame',
  'publish:batch:frame',
  'publish:expected:frame',
  'schedule',
];
/** Requests that end or pause a subscription, or end responders. */
const ENDING: readonly RequestName[] = ['pause', 'unsubscribe', 'serve:end'];

/** The connection to the server over all its reconnects. */
export class Connection implements CallServer {
  readonly socket: ClientSocket;
  readonly #deps: ConnectionDeps;
  readonly #backOff: BackOff;
  readonly #token: TokenSource;
  readonly #signIn: SignIn;
  #state: ConnectionState = { kind: 'connecting' };
  /** The protocol version: the server's, once it refused this client's. */
  #version = PROTOCOL_VERSION;
  /** Counts connections: an answer belongs to the one with its number. */
  #number = 0;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime, deps.options.reconnect);
    this.#token = new TokenSource(deps.token);
    this.#signIn = this.#makeSignIn();
    this.socket = deps.runtime.openSocket({
      ...deps.options,
      handshake: (show) => this.#showHandshake(show),
    });
    this.socket.on('connect', () => this.#connected());
    this.socket.on('disconnect', (reason) => this.#disconnected(reason));
    this.socket.on('connect_error', (error) => this.#failed(error));
    this.socket.on('auth:expired', (body) => this.#signIn.expired(QueueError.fromBody(body)));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  send<E extends RequestName>(event: E, ...args: RequestArgs<E>): void {
    const answer = answerOf(args);
    if (answer === undefined) {
      this.socket.emit(event, ...args);
      return;
    }
    const error = this.unsupported(event);
    if (error !== undefined) {
      answer(failed(error));
      return;
    }
    const supported = supportedArgs(event, args.slice(0, -1), this.#version);
    if (ENDING.includes(event)) this.#untilAccepted(event, supported, answer);
    else this.#request(event, supported, answer);
  }

  unsupported(event: RequestName): QueueError | undefined {
    return unsupportedRequest(event, this.#version);
  }

  close(): void {
    this.#end({ kind: 'closed' });
  }

  /** Sends a request, and again once the token is renewed. What is published is sent again by its outbox instead. */
  #request(event: RequestName, args: readonly unknown[], answer: Answer<unknown>): void {
    const onAnswer = this.#present<unknown>((result) => {
      if (!isSignedOut(result)) answer(result);
      else if (RESENT.includes(event)) this.#signIn.expired(QueueError.fromBody(result.error));
      else this.#signIn.sendLater(send, QueueError.fromBody(result.error));
    });
    // Safe: the arguments that `send` received, without what an older server does not know.
    const send = () => this.socket.emit(event, ...([...args, onAnswer] as RequestArgs<RequestName>));
    send();
  }

  /** Sends a request again while it is refused for now: a server that refuses to end something goes on with it. */
  #untilAccepted(event: RequestName, args: readonly unknown[], answer: Answer<unknown>): void {
    const sentOn = this.#number;
    const backOff = new BackOff(this.#deps.runtime);
    const sendAgain = (): void => {
      if (sentOn === this.#number && this.#state.kind === 'connected') this.#request(event, args, onAnswer);
    };
    const onAnswer: Answer<unknown> = (result) => {
      if (!result.ok && result.error.retryable) backOff.retry(sendAgain, result.error);
      else answer(result);
    };
    this.#request(event, args, onAnswer);
  }

  #showHandshake(show: (handshake: Handshake) => void): void {
    this.#token.ask(
      (token) => {
        const { handshake } = this.#deps;
        show({ protocolVersion: this.#version, ...handshake, ...(token !== undefined && { token }) });
      },
      (error) => {
        // There is no handshake for this attempt.
        this.socket.disconnect();
        this.#connectAgain();
        this.#deps.emitter.emit('token:failed', { error });
      },
    );
  }

  #makeSignIn(): SignIn {
    const { runtime, emitter, onExpired, onRenewed } = this.#deps;
    return new SignIn({
      source: this.#token,
      runtime,
      onExpired,
      onRenewed,
      authenticate: (token, answer) => this.socket.emit('authenticate', { token }, this.#present(answer)),
      onTokenFailed: (error) => emitter.emit('token:failed', { error }),
      onRefused: (error) => this.#stop(error),
    });
  }

  /** Passes an answer on only on the connection of its request. */
  #present<T>(answer: Answer<T>): Answer<T> {
    const asked = this.#number;
    return (result) => {
      if (asked === this.#number && this.#state.kind === 'connected') answer(result);
    };
  }

  #connected(): void {
    const again = this.#number++ > 0;
    this.#state = { kind: 'connected' };
    this.#backOff.reset();
    this.#deps.onConnected();
    this.#deps.emitter.emit('connected', { again });
  }

  #disconnected(reason: string): void {
    if (this.#state.kind !== 'connected') return;
    this.#state = { kind: 'disconnected', reason };
    this.#version = PROTOCOL_VERSION;
    this.#signIn.offline();
    this.#connectAgain();
    this.#deps.onDisconnected();
    this.#deps.emitter.emit('disconnected', { reason });
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
    // A text does not become valid again.
    const isFinal = !error.retryable || (error.code === 'auth_expired' && !this.#token.isRenewable);
    if (isFinal) {
      this.#stop(error);
      return;
    }
    this.#connectAgain(error);
    this.#deps.emitter.emit('error', { error });
  }

  #unreachable(cause: Error): void {
    this.#version = PROTOCOL_VERSION;
    // After a successful connection the configuration is known to be right: the failure may be temporary.
    const final = this.#number > 0 ? undefined : finalError(cause, this.#deps.name, !this.socket.active);
    if (final === undefined) {
      this.#connectAgain();
      this.#deps.emitter.emit('connection:failed', { cause });
    } else {
      this.#stop(final);
    }
  }

  /** The server refused this client permanently. */
  #stop(error: QueueError): void {
    this.#end({ kind: 'refused', error });
    this.#deps.onRefused(error);
    this.#deps.emitter.emit('error', { error });
  }

  get #over(): boolean {
    return this.#state.kind === 'refused' || this.#state.kind === 'closed';
  }

  /** Socket.IO connects again by itself, but not after the server itself refused or ended the connection. */
  #connectAgain(error?: QueueError): void {
    if (!this.socket.active) this.#backOff.retry(() => this.socket.connect(), error);
  }

  #end(state: ConnectionState): void {
    if (this.#over) return;
    this.#state = state;
    this.#backOff.cancel();
    this.#signIn.offline();
    this.socket.disconnect();
  }
}

/** The callback that takes the answer of a request; undefined: it has no answer. */
const answerOf = (args: readonly unknown[]): Answer<unknown> | undefined => {
  const last = args.at(-1);
  // Safe: the only function among the arguments of a request is the callback, and the server sends it what it expects.
  return typeof last === 'function' ? (last as Answer<unknown>) : undefined;
};

/** The answer of a queue server that refuses a handshake; undefined for every other failure to connect. */
const bodyOf = (error: Error & { readonly data?: unknown }): ErrorBody | undefined => {
  const { data } = error;
  if (typeof data !== 'object' || data === null) return undefined;
  const known = 'code' in data && typeof data.code === 'string' && 'retryable' in data;
  // Safe: what has a code and says whether it is retryable was made by QueueError.toJSON.
  return known ? (data as ErrorBody) : undefined;
};
