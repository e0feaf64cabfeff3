import { QueueError, type ApiError } from '@typed-queue/contracts';
import {
  accessRefusal,
  arrivalOf,
  expectationFailed,
  HEALTH_PATHS,
  OpenExchanges,
  originForm,
  refuseUnreadable,
  type AccessPolicy,
  type Arrival,
} from '@typed-queue/program';
import { STATUS_CODES, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Audit } from './audit.js';
import { httpRefusal, type HttpRefusal } from './http-refusal.js';
import type { RefusalCounts } from './refusal-counts.js';
import { Turns } from './turns.js';
import { upgradeRefusal } from './upgrade-refusal.js';

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
  readonly error: ApiError;
}

/**
 * Puts a filter before the listeners that an HTTP server has now: requests and upgrades pass only if the policy allows
 * their origin and host, their transport is websocket, and their address does not connect too often. Refused ones are answered
 * with the error, as is what cannot be read as a request.
 */
export const filterRequests = (http: Server, deps: RequestFilterDeps): void => {
  const passRequest = takeListeners(http, 'request');
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refused = refusedRequest(request, deps);
    if (refused === undefined) {
      request.url = pathOf(request);
      passRequest(request, response);
      return;
    }
    refuseRequest(response, refused, deps);
  });
  const exchanges = new OpenExchanges(http);
  filterUpgrades(http, deps, exchanges);
  refuseOthers(http, deps, exchanges);
};

const filterUpgrades = (http: Server, deps: RequestFilterDeps, exchanges: OpenExchanges): void => {
  const passUpgrade = takeListeners(http, 'upgrade');
  const turns = new Turns();
  const connect = (request: IncomingMessage, ...rest: readonly unknown[]): void => {
    const refused =
      refusedByPolicy(request, deps) ?? refusedHandshake(request, deps) ?? refusedByRate(request, deps);
    if (refused === undefined) {
      request.url = pathOf(request);
      passUpgrade(request, ...rest);
      return;
    }
    record(deps, 'connect', refused);
    const { socket } = request;
    socket.end(wholeAnswer(answerTo(refused)), () => socket.destroy());
  };
  http.on('upgrade', (request: IncomingMessage, ...rest: readonly unknown[]) => {
    // The client may close the connection at any time.
    request.socket.on('error', () => undefined);
    exchanges.afterResponses(request.socket, () => {
      if (!isConnect(request, deps)) {
        answerWithoutUpgrade(http, request);
        return;
      }
      turns.add(() => {
        if (!request.socket.destroyed) connect(request, ...rest);
      });
    });
  });
};

/** Whether a client of the queues connects. */
const isConnect = (request: IncomingMessage, { socketPath }: RequestFilterDeps): boolean =>
  pathOf(request).startsWith(socketPath) && request.headers.upgrade?.toLowerCase() === 'websocket';

/** With the query. */
const pathOf = ({ url = '' }: IncomingMessage): string => originForm(url);

/** RFC 9110, 7.8: an upgrade that is not offered is ignored. Here the connection ends with the answer. */
const answerWithoutUpgrade = (http: Server, request: IncomingMessage): void => {
  const { socket } = request;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  // Node has given up the connection, and with it these.
  socket.on('drain', () => response.emit('drain'));
  response.on('finish', () => socket.destroySoon());
  http.emit('request', request, response);
};

/** What Node would refuse by itself, in another form, or not answer at all. */
const refuseOthers = (http: Server, deps: RequestFilterDeps, exchanges: OpenExchanges): void => {
  const answer = (error: ApiError): string => {
    deps.refusals.add(error.code);
    return wholeAnswer(httpRefusal(error));
  };
  refuseUnreadable(http, answer, exchanges);
  http.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const arrival = arrivalOf(request, deps.trustedProxies);
    refuseRequest(response, { arrival, error: expectationFailed() }, deps);
  });
};

const refuseRequest = (response: ServerResponse, refused: Refused, deps: RequestFilterDeps): void => {
  record(deps, 'request', refused);
  const { status, headers, text } = answerTo(refused);
  response.writeHead(status, headers).end(text);
};

const refusedByPolicy = (request: IncomingMessage, deps: RequestFilterDeps): Refused | undefined => {
  const arrival = arrivalOf(request, deps.trustedProxies);
  const error = accessRefusal(arrival, deps.policy);
  return error && { arrival, error };
};

const refusedHandshake = (
  request: IncomingMessage,
  { trustedProxies }: RequestFilterDeps,
): Refused | undefined => {
  const error = upgradeRefusal(request);
  return error && { arrival: arrivalOf(request, trustedProxies), error };
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
  const [path = ''] = pathOf(request).split('?', 1);
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

/** A page of an allowed origin may read why it must use another transport. */
const answerTo = ({ arrival, error }: Refused): HttpRefusal => {
  const refusal = httpRefusal(error);
  const [page] = arrival.origins;
  if (page === undefined || error !== WEBSOCKET_ONLY) return refusal;
  return { ...refusal, headers: { ...refusal.headers, 'access-control-allow-origin': page } };
};

const wholeAnswer = ({ status, headers, text }: HttpRefusal): string => {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...head, '', text].join('\r\n');
};
