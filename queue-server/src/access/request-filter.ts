import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import {
  accessRefusal,
  arrivalOf,
  HEALTH_PATHS,
  type AccessPolicy,
  type Arrival,
} from '@typed-queue/program';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Audit } from './audit.js';
import type { RefusalCounts } from './refusal-counts.js';
import { Turns } from './turns.js';

export interface RequestFilterDeps {
  readonly policy: AccessPolicy;
  readonly trustedProxies: number;
  /** Below this path only websockets are served. */
  readonly socketPath: string;
  readonly audit: Audit;
  readonly refusals: RefusalCounts;
  /** A connection begins. @throws QueueError `rate_limited` */
  readonly takeHandshake: (address: string) => void;
}

interface Refused {
  readonly arrival: Arrival;
  readonly error: QueueError;
}

/**
 * Puts a filter before the listeners that an HTTP server has now: requests and upgrades pass only if the policy allows
 * their origin and host, their transport is websocket, and their address does not connect too often. Refused ones are answered with the error.
 */
export const filterRequests = (http: Server, deps: RequestFilterDeps): void => {
  const passRequest = takeListeners(http, 'request');
  const passUpgrade = takeListeners(http, 'upgrade');
  const turns = new Turns();
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refused = refusedRequest(request, deps);
    if (refused === undefined) {
      passRequest(request, response);
      return;
    }
    record(deps, 'request', refused);
    response.writeHead(statusOf(refused), headersOf(refused)).end(bodyOf(refused));
  });
  const upgrade = (request: IncomingMessage, ...rest: readonly unknown[]): void => {
    const refused = refusedByPolicy(request, deps) ?? refusedByRate(request, deps);
    if (refused === undefined) {
      passUpgrade(request, ...rest);
      return;
    }
    record(deps, 'connect', refused);
    refuseUpgrade(request, refused);
  };
  http.on('upgrade', (request: IncomingMessage, ...rest: readonly unknown[]) => {
    // The client may close the connection at any time.
    request.socket.on('error', () => undefined);
    turns.add(() => {
      if (!request.socket.destroyed) upgrade(request, ...rest);
    });
  });
};

const refusedByPolicy = (request: IncomingMessage, deps: RequestFilterDeps): Refused | undefined => {
  const arrival = arrivalOf(request, deps.trustedProxies);
  const error = accessRefusal(arrival, deps.policy);
  return error && { arrival, error };
};

const refusedByRate = (
  request: IncomingMessage,
  { trustedProxies, takeHandshake }: RequestFilterDeps,
): Refused | undefined => {
  const arrival = arrivalOf(request, trustedProxies);
  try {
    takeHandshake(arrival.clientAddress);
    return undefined;
  } catch (error) {
    if (error instanceof QueueError) return { arrival, error };
    throw error;
  }
};

const refusedRequest = (request: IncomingMessage, deps: RequestFilterDeps): Refused | undefined => {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (HEALTH_PATHS.includes(path)) return undefined;
  const refused = refusedByPolicy(request, deps);
  if (refused !== undefined || !path.startsWith(deps.socketPath)) return refused;
  return { arrival: arrivalOf(request, deps.trustedProxies), error: WEBSOCKET_ONLY };
};

/** From now on only the filter calls them. */
const takeListeners = (http: Server, event: string): ((...args: readonly unknown[]) => void) => {
  const listeners = http.listeners(event);
  http.removeAllListeners(event);
  return (...args) => {
    for (const listener of listeners) Reflect.apply(listener, http, args);
  };
};

const WEBSOCKET_ONLY = new QueueError(
  'transport_unsupported',
  "This server takes websocket only. Give your Socket.IO client the option transports: ['websocket'].",
);

const record = (
  { audit, refusals }: RequestFilterDeps,
  verb: string,
  { arrival, error: { code, details } }: Refused,
): void => {
  refusals.add(code);
  const object = details.origin ?? details.host;
  audit.refusal({
    address: arrival.clientAddress,
    verb,
    outcome: code,
    ...(typeof object === 'string' ? { object } : {}),
  });
};

/** The HTTP status of each error with which a request is refused. */
export const REFUSAL_STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  transport_unsupported: 400,
  request_invalid: 400,
  host_refused: 403,
  origin_refused: 403,
  rate_limited: 429,
};

const statusOf = ({ error: { code } }: Refused): number => REFUSAL_STATUSES[code] ?? 400;

const bodyOf = ({ error }: Refused): string => `${JSON.stringify(error)}\n`;

const headersOf = (refused: Refused): Record<string, string | number> => {
  const [page] = refused.arrival.origins;
  // A page of an allowed origin may read the error.
  const { retryAfterMs } = refused.error.details;
  const isReadable = page !== undefined && refused.error === WEBSOCKET_ONLY;
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(bodyOf(refused)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...(typeof retryAfterMs === 'number' ? { 'retry-after': Math.ceil(retryAfterMs / 1_000) } : {}),
    ...(isReadable ? { 'access-control-allow-origin': page } : {}),
  };
};

const refuseUpgrade = ({ socket }: IncomingMessage, refused: Refused): void => {
  const status = statusOf(refused);
  const head = Object.entries(headersOf(refused)).map(([name, value]) => `${name}: ${value}`);
  socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...head, '', bodyOf(refused)].join('\r\n'));
  socket.destroySoon();
};
