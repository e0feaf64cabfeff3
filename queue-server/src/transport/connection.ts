import type { Socket } from 'socket.io';
import type { Account } from '../access/budget.js';
import type { Identity } from './identity.js';
import type { Outgoing } from './outgoing.js';
import type { Rooms } from './rooms.js';

/** What the requests and subscriptions of one client share. */
export interface Connection {
  readonly socket: Socket;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly outgoing: Outgoing;
  readonly account: Account;
}
