import type { Socket } from 'socket.io';
import type { Rooms } from './rooms.js';

/** What the subscriptions of one client share. */
export interface Connection {
  readonly socket: Socket;
  readonly rooms: Rooms;
  /** Names the client over reconnects. */
  readonly client: string;
}
