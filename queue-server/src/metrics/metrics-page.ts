import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import { arrivalOf, bearerToken, rightsToQueue, type Metric, type Principal } from '@typed-queue/program';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Audit } from '../access/audit.js';
import type { RefusalCounts } from '../access/refusal-counts.js';
import type { WrongKeys } from '../access/wrong-keys.js';

export interface MetricsPageDeps {
  /** The names of all queues. */
  readonly queues: readonly string[];
  readonly wrongKeys: Pick<WrongKeys, 'from'>;
  readonly trustedProxies: number;
  readonly audit: Pick<Audit, 'refusal'>;
  readonly refusals: RefusalCounts;
  readonly metrics: () => Promise<readonly Metric[]>;
  readonly onError: (error: unknown) => void;
}

type Page = (request: IncomingMessage, response: ServerResponse) => void;

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** The HTTP status of each error. */
const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  unauthorized: 401,
  auth_expired: 401,
  forbidden: 403,
  rate_limited: 429,
  auth_unavailable: 503,
};

/**
 * Answers with the metrics, for those who may administer all queues: where no key is configured, for everybody. Requests
 * that come at the same time share an answer.
 */
export const metricsPage = (deps: MetricsPageDeps): Page => {
  let rendering: Promise<Answer> | undefined;
  const render = (): Promise<Answer> =>
    (rendering ??= exposed(deps.metrics).finally(() => (rendering = undefined)));
  return (request, response) => {
    permitted(request, deps)
      .then(render)
      .catch((error: unknown) => failed(error, request, deps))
      .then((answer) => send(response, answer), deps.onError);
  };
};

/** The library that writes them is loaded by the first request. */
const exposed = async (metrics: MetricsPageDeps['metrics']): Promise<Answer> => {
  const { exposition } = await import('@typed-queue/program/metrics');
  return { status: 200, ...(await exposition(await metrics())) };
};

/** @throws QueueError `unauthorized`, `auth_expired`, `auth_unavailable`, `rate_limited`, `forbidden` */
const permitted = async (request: IncomingMessage, deps: MetricsPageDeps): Promise<void> => {
  const { clientAddress } = arrivalOf(request, deps.trustedProxies);
  const token = bearerToken(request.headers.authorization);
  const { rights } = await principalOf(token, deps.wrongKeys.from(clientAddress));
  const missing = deps.queues.filter((queue) => rightsToQueue(rights, queue)?.admin !== true);
  if (missing.length > 0) throw FORBIDDEN;
};

const principalOf = async (
  token: string | undefined,
  keys: ReturnType<MetricsPageDeps['wrongKeys']['from']>,
): Promise<Principal> => {
  try {
    return await keys.authenticate(token);
  } catch (error) {
    // Its text says how a client of the queues shows a token.
    throw error instanceof QueueError && error.code === 'unauthorized' ? UNAUTHORIZED : error;
  }
};

const UNAUTHORIZED = new QueueError(
  'unauthorized',
  '/metrics needs `Authorization: Bearer` with one of the QUEUE_TOKENS of this server, or with a key or JSON Web Token that has the right admin of all queues.',
);
const FORBIDDEN = new QueueError('forbidden', '/metrics needs the right admin of all queues.', {
  details: { missing: ['admin'] },
});
const INTERNAL = new QueueError(
  'internal',
  'The metrics could not be read. The log of the server says more.',
);

const failed = (thrown: unknown, request: IncomingMessage, deps: MetricsPageDeps): Answer => {
  const { audit, refusals, onError, trustedProxies } = deps;
  const known = thrown instanceof QueueError && STATUSES[thrown.code] !== undefined;
  const error = known ? thrown : INTERNAL;
  if (!known) onError(thrown);
  const { code } = error;
  refusals.add(code);
  const { clientAddress: address } = arrivalOf(request, trustedProxies);
  audit.refusal({ address, verb: 'request', object: '/metrics', outcome: code });
  const { retryAfterMs } = error.details;
  return {
    status: STATUSES[code] ?? 500,
    contentType: 'application/json; charset=utf-8',
    text: `${JSON.stringify(error)}\n`,
    headers: {
      ...(STATUSES[code] === 401 ? { 'www-authenticate': 'Bearer realm="typed-queue"' } : {}),
      ...(typeof retryAfterMs === 'number' ? { 'retry-after': Math.ceil(retryAfterMs / 1_000) } : {}),
    },
  };
};

const send = (response: ServerResponse, { status, contentType, text, headers = {} }: Answer): void => {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
};
