import {
  PROTOCOL_VERSION,
  QueueError,
  type ClientToServerEvents,
  type Contract,
} from '@typed-queue/contracts';
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Delivery } from '../delivery/delivery.js';
import type { Intake } from '../delivery/intake.js';
import type { Guard } from '../guard/guard.js';
import { parseHandshake } from '../guard/requests.js';
import { answering, type Handler } from './answers.js';
import { Keys } from './keys.js';
import { isOriginAllowed } from './origins.js';
import { Publishing } from './publishing.js';
import { Session } from './session.js';

/** More than any frame or array of messages may have, so that what is too large gets an answer and not a cut. */
const MAX_HTTP_BUFFER_BYTES = 8 * 1024 * 1024;

export interface SocketServerParts {
  readonly http: HttpServer;
  readonly guard: Guard;
  readonly intake: Intake;
  readonly delivery: Delivery;
  /** Each client shows one of them; none: whoever comes may connect. */
  readonly keys: readonly string[];
  /** Browser origins that may connect; `*`: all. */
  readonly origins: readonly string[];
  readonly onError: (error: unknown) => void;
  readonly onConnection: (event: 'connected' | 'disconnected', client: string, reason?: string) => void;
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

const connect = (socket: Socket, parts: SocketServerParts): void => {
  const { guard, intake, delivery, onError, onConnection } = parts;
  const client = parseHandshake(socket.handshake.auth).client ?? socket.id;
  const session = new Session(socket, client, guard, delivery);
  const publishing = new Publishing(guard, intake);
  const handlers: Record<keyof ClientToServerEvents<Contract>, Handler> = {
    publish: (queue, message) => publishing.publish(queue, message),
    'publish:frame': (queue, frame) => publishing.publishFrame(queue, frame),
    subscribe: (request) => session.subscribe(request),
    pause: (subscription) => session.pause(subscription),
    unsubscribe: (subscription) => session.unsubscribe(subscription),
    settle: (subscription, settlements) => session.settle(subscription, settlements),
  };
  for (const [event, handler] of Object.entries(handlers)) socket.on(event, answering(handler, onError));
  socket.onAny((event: unknown, ...args: unknown[]) => {
    if (typeof event === 'string' && Object.hasOwn(handlers, event)) return;
    void answering(unknownRequest(event), onError)(...args);
  });
  socket.on('disconnect', (reason) => {
    session.close();
    onConnection('disconnected', client, reason);
  });
  onConnection('connected', client);
};

const unknownRequest =
  (event: unknown): Handler =>
  () => {
    throw new QueueError('request_invalid', `The server knows no request "${String(event).slice(0, 100)}".`);
  };
