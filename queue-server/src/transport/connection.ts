import type { Socket } from 'socket.io';
import type { Identity } from './identity.js';
import type { Rooms } from './rooms.js';

/** What the subscriptions of one client share. */
export interface Connection {
  readonly socket: Socket;
  readonly rooms: Rooms;
  readonly identity: Identity;
}
