import { MINUTE, ApiError, type ApiErrorCode } from '@typed-queue/contracts';
import { arrivalOf } from '@typed-queue/program';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit, type Options } from 'express-rate-limit';
import { principalOf } from './authentication.js';

/** Default number of wrong keys from one address. */
export const WRONG_KEYS_PER_MINUTE = 10;

export interface RateLimitOptions {
  /** Of one principal, or of one address without authentication; undefined: without limit. */
  readonly requestsPerMinute: number | undefined;
  /** Beyond, no token from the same address is looked at. */
  readonly wrongKeysPerMinute: number;
  /** Through how many proxies requests come. */
  readonly trustedProxies: number;
}

/** Limits the failures of an address. */
interface FailureLimit {
  /** Before the authentication. @throws ApiError `rate_limited` */
  readonly check: RequestHandler;
  /** After it. */
  readonly count: ErrorRequestHandler;
}

/** What limits requests. */
export interface RateLimits {
  /** After the authentication. @throws ApiError `rate_limited` */
  readonly requests: RequestHandler;
  /** Wrong tokens, per address. */
  readonly wrongKeys: FailureLimit;
  /** Requests that failed to sign in, per address: `requests` never sees them. */
  readonly signIns: FailureLimit;
  /** Forgets everything, and ends its timers. */
  close(): void;
}

const pass: RequestHandler = (_request, _response, next) => next();

const NO_FAILURE_LIMIT: FailureLimit = {
  check: pass,
  count: (error: unknown, _request, _response, next) => next(error),
};

export const NO_LIMITS: RateLimits = {
  requests: pass,
  wrongKeys: NO_FAILURE_LIMIT,
  signIns: NO_FAILURE_LIMIT,
  close: () => undefined,
};

/** The limits of one server, counted in its memory. */
export const rateLimits = (options: RateLimitOptions): RateLimits => {
  const { requestsPerMinute, wrongKeysPerMinute, trustedProxies } = options;
  // Of IPv6 the network that one customer has.
  const addressOf = (request: Request): string =>
    ipKeyGenerator(arrivalOf(request, trustedProxies).clientAddress);
  const [requests, wrongKeys, signIns] = [new MemoryStore(), new MemoryStore(), new MemoryStore()];
  return {
    requests: requestLimit(requestsPerMinute, requests, addressOf),
    wrongKeys: failureLimit({ ...WRONG_KEYS, limit: wrongKeysPerMinute, store: wrongKeys, addressOf }),
    signIns:
      requestsPerMinute === undefined
        ? NO_FAILURE_LIMIT
        : failureLimit({ ...SIGN_INS, limit: requestsPerMinute, store: signIns, addressOf }),
    close: () => {
      for (const store of [requests, wrongKeys, signIns]) store.shutdown();
    },
  };
};

type AddressOf = (request: Request) => string;

const USUAL: Partial<Options> = { windowMs: MINUTE, legacyHeaders: false, validate: false };

const requestLimit = (
  limit: number | undefined,
  store: MemoryStore,
  addressOf: AddressOf,
): RequestHandler => {
  if (limit === undefined) return pass;
  return rateLimit({
    ...USUAL,
    store,
    limit,
    standardHeaders: 'draft-8',
    identifier: 'requests',
    keyGenerator: (request, response) => {
      const principal = principalOf(response);
      return principal === undefined || principal.kind === 'everybody'
        ? `address:${addressOf(request)}`
        : principal.name;
    },
    handler: (_request, response, next) => {
      // Set by the limiter, in seconds.
      const retryAfterMs = Number(response.get('retry-after')) * 1_000;
      next(
        refused(`More than ${limit} requests came within a minute (RATE_REQUESTS_PER_MINUTE).`, retryAfterMs),
      );
    },
  });
};

interface FailureLimitOptions {
  readonly limit: number;
  readonly store: MemoryStore;
  readonly addressOf: AddressOf;
  /** Which requests are counted and refused. */
  readonly concerns: (request: Request) => boolean;
  /** Which errors count. */
  readonly counts: (error: ApiError) => boolean;
  /** Why a request is refused. */
  readonly why: string;
}

type FailureKind = Pick<FailureLimitOptions, 'concerns' | 'counts' | 'why'>;

const WRONG_KEYS: FailureKind = {
  concerns: ({ headers }) => headers.authorization !== undefined,
  // A key that was withdrawn is no guess: its client does not know yet.
  counts: ({ code, details }) => code === 'unauthorized' && details.reason !== 'withdrawn',
  why: 'Too many wrong tokens came from this address (MAX_WRONG_KEYS_PER_ADDRESS).',
};

const NOT_SIGNED_IN: readonly ApiErrorCode[] = [
  'unauthorized',
  'auth_expired',
  'auth_unavailable',
  'header_invalid',
  'query_invalid',
];

const SIGN_INS: FailureKind = {
  concerns: () => true,
  counts: ({ code }) => NOT_SIGNED_IN.includes(code),
  why: 'Too many requests from this address failed to sign in (RATE_REQUESTS_PER_MINUTE).',
};

const failureLimit = (options: FailureLimitOptions): FailureLimit => {
  const { limit, store, addressOf, concerns, counts, why } = options;
  const counter = rateLimit({
    ...USUAL,
    store,
    limit,
    standardHeaders: false,
    keyGenerator: addressOf,
    handler: (_request, _response, next) => next(),
  });
  return {
    check: async (request, response, next) => {
      const counted = concerns(request) ? await counter.getKey(addressOf(request)) : undefined;
      if (counted === undefined || counted.totalHits < limit) {
        next();
        return;
      }
      response.locals.refused = { address: addressOf(request) };
      throw refused(why, Math.max(1, Number(counted.resetTime) - Date.now()));
    },
    count: (error: unknown, request, response, next) => {
      if (error instanceof ApiError && counts(error) && concerns(request)) {
        response.locals.refused = { address: addressOf(request) };
        void counter(request, response, () => next(error));
      } else next(error);
    },
  };
};

const refused = (why: string, retryAfterMs: number): ApiError =>
  new ApiError('rate_limited', `${why} Send again after ${retryAfterMs} ms.`, {
    details: { retryAfterMs },
  });
