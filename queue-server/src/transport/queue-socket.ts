import type { Contract, ServerToClientEvents } from '@typed-queue/contracts';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';

/** The guard checks every request: none has a type before. */
type Requests = Readonly<Record<string, (...input: unknown[]) => void>>;

/** The Socket.IO server of queues: what it emits is checked. */
export type QueueServer = Server<Requests, ServerToClientEvents<Contract>, DefaultEventsMap, undefined>;

/** The socket of one client. */
export type QueueSocket = Socket<Requests, ServerToClientEvents<Contract>, DefaultEventsMap, undefined>;
