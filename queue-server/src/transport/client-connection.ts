import { requestVersions, type QueueError } from '@typed-queue/contracts';
import type { Authenticator } from '@typed-queue/contracts/program';
import type { Socket } from 'socket.io';
import type { MemoryBudget } from '../access/budget.js';
import { SignIn } from '../access/sign-in.js';
import type { Timer } from '../access/turns.js';
import type { Guard } from '../guard/guard.js';
import type { Connection } from './connection.js';
import type { Greeted } from './handshake.js';
import { identityOf } from './identity.js';
import { Outgoing } from './outgoing.js';
import { Rooms } from './rooms.js';
import { Session, type SessionParts } from './session.js';

export interface ClientConnectionParts extends SessionParts {
  /** Of all queues. */
  readonly guard: Guard;
  readonly budget: MemoryBudget;
  readonly authenticator: Authenticator;
  readonly timer: Timer;
  readonly onError: (error: unknown) => void;
}

/** Connects what a client was let in for: its sign-in holds back its session while the token is not valid. */
export const connectClient = (
  socket: Socket,
  greeted: Greeted,
  parts: ClientConnectionParts,
): { readonly connection: Connection; readonly session: Session } => {
  const { authenticator, timer, onError } = parts;
  const account = parts.budget.open();
  const signIn = new SignIn(greeted.principal, {
    ...{ authenticator, timer },
    onExpired: (error) => expire(session, socket, greeted, error),
    onRenewed: () => {
      renew(session, socket).catch(onError);
    },
    onOverdue: () => socket.disconnect(true),
  });
  const connection: Connection = {
    ...{ socket, account, signIn },
    ...{ rooms: new Rooms(socket), identity: identityOf(greeted.handshake, socket.id) },
    outgoing: new Outgoing(socket.conn, account),
    get guard() {
      return parts.guard.withRights(signIn.principal.rights);
    },
  };
  const session = new Session(connection, parts);
  return { connection, session };
};

const expire = (session: Session, socket: Socket, { version }: Greeted, error: QueueError): void => {
  session.hold();
  // An older client cannot show another token.
  if (version < requestVersions.authenticate) socket.disconnect(true);
  else socket.emit('auth:expired', error.toJSON());
};

/** Nothing is released before what is forbidden has ended. */
const renew = async (session: Session, socket: Socket): Promise<void> => {
  const ending = session.endForbidden();
  session.release();
  // Subscribing again, the client hears what it has no right to.
  if (await ending) socket.disconnect(true);
};
