import type { Socket } from 'socket.io';
import type { SignIn } from '../access/sign-in.js';
import type { Account } from '../access/budget.js';
import type { ClientRate } from '../access/client-rate.js';
import type { Guard } from '../guard/guard.js';
import type { Identity } from './handshake.js';
import type { Outgoing } from './outgoing.js';
import type { Rooms } from './rooms.js';

/** What the requests and subscriptions of one client share. */
export interface Connection {
  readonly socket: Socket;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly outgoing: Outgoing;
  readonly account: Account;
  readonly signIn: SignIn;
  readonly rate: ClientRate;
  /** Of what the principal has rights to now. */
  readonly guard: Guard;
}
