import { QueueError } from '@typed-queue/contracts';
import {
  accessRefusal,
  arrivalOf,
  HEALTH_PATHS,
  type AccessPolicy,
  type Arrival,
} from '@typed-queue/program';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Audit } from './audit.js';

export interface GateParts {
  readonly policy: AccessPolicy;
  readonly trustedProxies: number;
  /** Below this path there is nothing but websockets. */
  readonly socketPath: string;
  readonly audit: Audit;
}

/** A request that does not pass. */
interface Refused {
  readonly arrival: Arrival;
  readonly error: QueueError;
}

/**
 * Puts a gate before everything that listens to an HTTP server by now: only requests and upgrades that the policy
 * allows pass, and none that asks for a transport other than websocket. What is refused is answered with its error.
 */
export const closeGate = (http: Server, parts: GateParts): void => {
  const passRequest = takeListeners(http, 'request');
  const passUpgrade = takeListeners(http, 'upgrade');
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refused = refusedRequest(request, parts);
    if (refused === undefined) {
      passRequest(request, response);
      return;
    }
    record(parts.audit, 'request', refused);
    response.writeHead(statusOf(refused), headersOf(refused)).end(bodyOf(refused));
  });
  http.on('upgrade', (request: IncomingMessage, ...rest: readonly unknown[]) => {
    const refused = refusedByPolicy(request, parts);
    if (refused === undefined) {
      passUpgrade(request, ...rest);
      return;
    }
    record(parts.audit, 'connect', refused);
    refuseUpgrade(request, refused);
  });
};

const refusedByPolicy = (request: IncomingMessage, parts: GateParts): Refused | undefined => {
  const arrival = arrivalOf(request, parts.trustedProxies);
  const error = accessRefusal(arrival, parts.policy);
  return error && { arrival, error };
};

const refusedRequest = (request: IncomingMessage, parts: GateParts): Refused | undefined => {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (HEALTH_PATHS.includes(path)) return undefined;
  const refused = refusedByPolicy(request, parts);
  if (refused !== undefined || !path.startsWith(parts.socketPath)) return refused;
  return { arrival: arrivalOf(request, parts.trustedProxies), error: WEBSOCKET_ONLY };
};

/** Nothing but the gate calls them from now on. */
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

const record = (audit: Audit, verb: string, { arrival, error: { code, details } }: Refused): void => {
  const object = details.origin ?? details.host;
  audit.refusal({
    ...{ address: arrival.clientAddress, verb, outcome: code },
    ...(typeof object === 'string' ? { object } : {}),
  });
};

const statusOf = ({ error: { code } }: Refused): number =>
  code === 'host_refused' || code === 'origin_refused' ? 403 : 400;

const bodyOf = ({ error }: Refused): string => `${JSON.stringify(error)}\n`;

const headersOf = (refused: Refused): Record<string, string | number> => {
  const [page] = refused.arrival.origins;
  // A page that may come in may also read why it did not.
  const isReadable = page !== undefined && refused.error === WEBSOCKET_ONLY;
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(bodyOf(refused)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...(isReadable ? { 'access-control-allow-origin': page } : {}),
  };
};

const refuseUpgrade = ({ socket }: IncomingMessage, refused: Refused): void => {
  const status = statusOf(refused);
  const head = Object.entries(headersOf(refused)).map(([name, value]) => `${name}: ${value}`);
  // Whoever goes away before the answer is written misses nothing.
  socket.on('error', () => undefined);
  socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...head, '', bodyOf(refused)].join('\r\n'));
  socket.destroySoon();
};
