import type { QueueError } from '@typed-queue/contracts';
import type { Principal } from '@typed-queue/program';
import { addressRange } from '../access/address-range.js';
import type { Account, MemoryBudget } from '../access/budget.js';
import { ClientRate } from '../access/client-rate.js';
import type { RateLimits } from '../access/rate-limits.js';
import { TokenValidity } from '../access/token-validity.js';
import type { After } from '@typed-queue/contracts/wire';
import type { Authenticating } from '../access/wrong-keys.js';
import type { Guard } from '../guard/guard.js';
import { identityOf, type Identity } from './client-identity.js';
import type { AcceptedHandshake } from './handshake.js';
import { LastHeard } from './last-heard.js';
import { isNoticedEnd } from './noticed-end.js';
import type { QueueSocket } from './queue-socket.js';
import { Rooms } from './rooms.js';
import { SendBuffer } from './send-buffer.js';
import { readerOf } from './socket-readers.js';
import type { BacklogShare, StoreBacklog } from './store-backlog.js';

/** What the requests and subscriptions of one client share. */
export interface Connection {
  readonly socket: QueueSocket;
  /** Of the protocol that the client speaks. */
  readonly version: number;
  readonly address: string;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly sendBuffer: SendBuffer;
  readonly lastHeard: LastHeard;
  readonly account: Account;
  readonly backlog: BacklogShare;
  readonly tokenValidity: TokenValidity;
  readonly rate: ClientRate;
  /** False when it ended and the client may not know: it is silent, or the server closed it. */
  readonly isEndNoticed: boolean;
  /** With the current rights of the principal. */
  readonly guard: Guard;
}

/** Shared by all connections. */
export interface ConnectionServerDeps {
  /** Of all queues. */
  readonly guard: Guard;
  readonly budget: MemoryBudget;
  readonly storeBacklog: StoreBacklog;
  readonly wrongKeys: { readonly admitted: Authenticating };
  readonly rates: RateLimits;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly after: After;
}

/** Of one connection. */
export interface ConnectionDeps {
  readonly server: ConnectionServerDeps;
  /** Of the client. */
  readonly address: string;
  /** The client goes on sending before it may. */
  readonly onAbuse: () => void;
  /** The token is no longer valid. */
  readonly onExpired: (error: QueueError) => void;
  /** The client showed another token, or its rights changed. */
  readonly onRenewed: () => void;
}

export const openConnection = (
  socket: QueueSocket,
  { handshake, version, principal }: AcceptedHandshake,
  deps: ConnectionDeps,
): Connection => {
  const { guard, budget, storeBacklog, now } = deps.server;
  const account = budget.open();
  let reason = '';
  socket.once('disconnect', (why) => (reason = why));
  const { rate, tokenValidity } = admitPrincipal(principal, socket, deps);
  return {
    socket,
    version,
    address: deps.address,
    rooms: new Rooms(socket),
    identity: identityOf(handshake, socket.id),
    sendBuffer: new SendBuffer(socket.conn, account),
    lastHeard: new LastHeard(socket.conn, now),
    account,
    backlog: storeBacklog.share(readerOf(socket.conn.request.socket)),
    tokenValidity,
    rate,
    get isEndNoticed() {
      return isNoticedEnd(reason);
    },
    get guard() {
      return guard.withRights(tokenValidity.principal.rights);
    },
  };
};

/** The rate limits of a connection are those of its principal, which another token may change. */
const admitPrincipal = (
  principal: Principal,
  socket: QueueSocket,
  { server, address, onAbuse, onExpired, onRenewed }: ConnectionDeps,
): Pick<Connection, 'rate' | 'tokenValidity'> => {
  const { rates: limits, now, after } = server;
  const rate = new ClientRate(rateKeyOf(principal, address), { limits, now, onAbuse });
  const tokenValidity = new TokenValidity(principal, {
    authenticator: server.wrongKeys.admitted,
    after,
    onExpired,
    onRenewed: () => {
      rate.changePrincipal(rateKeyOf(tokenValidity.principal, address));
      onRenewed();
    },
    onOverdue: () => socket.disconnect(true),
  });
  return { rate, tokenValidity };
};

/** Whose rate limits apply: the principal's; without keys, those of each address. */
export const rateKeyOf = ({ kind, name }: Principal, address: string): string =>
  kind === 'everybody' ? `${name} ${addressRange(address)}` : name;
