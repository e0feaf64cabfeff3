import type { ClientToServerEvents, Contract, ServerToClientEvents } from '@typed-queue/contracts';
import type { Handshake } from '@typed-queue/contracts/wire';
import { io, type Socket } from 'socket.io-client';
import { keepFreedMemory } from '#freed-memory';

type ToServer = ClientToServerEvents<Contract>;
type FromServer = ServerToClientEvents<Contract>;

/** What the client uses of a Socket.IO socket. */
export interface ClientSocket {
  /** Whether it connects by itself when it is not connected. */
  readonly active: boolean;
  on(event: 'connect', listener: () => void): unknown;
  on(event: 'disconnect', listener: (reason: string) => void): unknown;
  on(event: 'connect_error', listener: (error: Error) => void): unknown;
  on<E extends keyof FromServer>(event: E, listener: FromServer[E]): unknown;
  emit<E extends keyof ToServer>(event: E, ...args: Parameters<ToServer[E]>): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

export interface SocketOptions {
  readonly url: string;
  /** Default: Socket.IO's, `/socket.io/`. */
  readonly path?: string | undefined;
  /** Certificates in PEM that are trusted instead of the platform's. */
  readonly ca?: string | readonly string[] | undefined;
  /** Asked for each attempt to connect, once it is under way; the last call to `show` counts. */
  readonly handshake: (show: (handshake: Handshake) => void) => void;
  /** Bounds of the wait before it connects again, in milliseconds. */
  readonly reconnect: { readonly minDelayMs: number; readonly maxDelayMs: number };
}

export type OpenSocket = (options: SocketOptions) => ClientSocket;

/** Opens a Socket.IO socket of its own connection, websocket only, that connects again for ever. */
export const openSocket = (options: SocketOptions): Socket<FromServer, ToServer> => {
  const { url, path, ca, handshake, reconnect } = options;
  keepFreedMemory();
  const socket: Socket<FromServer, ToServer> = io(url, {
    transports: ['websocket'],
    auth: (show) => handshake((shown) => show({ ...shown })),
    forceNew: true,
    ...(path !== undefined && { path }),
    ...(ca !== undefined && { ca: [ca].flat() }),
    reconnectionDelay: reconnect.minDelayMs,
    reconnectionDelayMax: reconnect.maxDelayMs,
  });
  // A connected socket whose server missed a ping buffers what is emitted. Sent after the reconnect, it would
  // come twice, and before the older frames that are sent again.
  socket.on('disconnect', () => {
    socket.sendBuffer = [];
  });
  return socket;
};
