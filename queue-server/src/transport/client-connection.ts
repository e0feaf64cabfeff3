import type { QueueError } from '@typed-queue/contracts';
import { requestVersions } from '@typed-queue/contracts/wire';
import type { Principal } from '@typed-queue/program';
import type { Socket } from 'socket.io';
import { addressRange } from '../access/address-range.js';
import type { MemoryBudget } from '../access/budget.js';
import { ClientRate } from '../access/client-rate.js';
import type { RateLimits } from '../access/rate-limits.js';
import type { Authenticating } from '../access/wrong-keys.js';
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
  readonly authenticator: Authenticating;
  readonly rates: RateLimits;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Whom the connection comes from. */
  readonly address: string;
  /** The client goes on sending though it was told to wait. */
  readonly onAbuse: () => void;
  readonly timer: Timer;
  readonly onError: (error: unknown) => void;
}

/** Connects what a client was let in for: its sign-in holds back its session while the token is not valid. */
export const connectClient = (
  socket: Socket,
  greeted: Greeted,
  parts: ClientConnectionParts,
): { readonly connection: Connection; readonly session: Session } => {
  const { authenticator, timer, onError, address } = parts;
  const account = parts.budget.open();
  const signIn = new SignIn(greeted.principal, {
    ...{ authenticator, timer },
    onExpired: (error) => expire(session, socket, greeted, error),
    onRenewed: () => {
      rate.speakFor(payerOf(signIn.principal, address));
      renew(session, socket).catch(onError);
    },
    onOverdue: () => socket.disconnect(true),
  });
  const rate = new ClientRate(payerOf(greeted.principal, address), { ...parts, limits: parts.rates });
  const connection: Connection = {
    ...{ socket, account, signIn, rate },
    ...{ rooms: new Rooms(socket), identity: identityOf(greeted.handshake, socket.id) },
    outgoing: new Outgoing(socket.conn, account),
    get guard() {
      return parts.guard.withRights(signIn.principal.rights);
    },
  };
  const session = new Session(connection, parts);
  return { connection, session };
};

/** Whose rate limits count: where nobody shows a token, those of each address. */
const payerOf = ({ kind, name }: Principal, address: string): string =>
  kind === 'everybody' ? `${name} ${addressRange(address)}` : name;

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
