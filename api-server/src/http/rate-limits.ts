import { MINUTE, QueueError } from '@typed-queue/contracts';
import { arrivalOf } from '@typed-queue/contracts/program';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit, type Options } from 'express-rate-limit';
import { principalOf } from './authentication.js';

/** What an address may show, where nobody says. */
export const WRONG_KEYS_PER_MINUTE = 10;

export interface RateLimitOptions {
  /** Of one principal, or of one address where nobody signs in; undefined: without limit. */
  readonly requestsPerMinute: number | undefined;
  /** Beyond, no token from the same address is looked at. */
  readonly wrongKeysPerMinute: number;
  /** Through how many proxies requests come. */
  readonly trustedProxies: number;
}

/** What limits requests. */
export interface RateLimits {
  /** Behind the authentication. @throws QueueError `rate_limited` */
  readonly requests: RequestHandler;
  readonly wrongKeys: {
    /** Before the authentication. @throws QueueError `rate_limited` */
    readonly check: RequestHandler;
    /** Behind it. */
    readonly count: ErrorRequestHandler;
  };
  /** Forgets everything, and ends its timers. */
  close(): void;
}

const pass: RequestHandler = (_request, _response, next) => next();

export const NO_LIMITS: RateLimits = {
  requests: pass,
  wrongKeys: { check: pass, count: (error: unknown, _request, _response, next) => next(error) },
  close: () => undefined,
};

/** The limits of one server, counted in its memory. */
export const rateLimits = ({
  requestsPerMinute,
  wrongKeysPerMinute,
  trustedProxies,
}: RateLimitOptions): RateLimits => {
  // Of IPv6 the network that one customer has.
  const addressOf = (request: Request): string =>
    ipKeyGenerator(arrivalOf(request, trustedProxies).clientAddress);
  const [requests, wrongKeys] = [new MemoryStore(), new MemoryStore()];
  return {
    requests: requestLimit(requestsPerMinute, requests, addressOf),
    wrongKeys: wrongKeyLimit(wrongKeysPerMinute, wrongKeys, addressOf),
    close: () => {
      requests.shutdown();
      wrongKeys.shutdown();
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
    ...{ ...USUAL, store, limit, standardHeaders: 'draft-8', identifier: 'requests' },
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

const wrongKeyLimit = (limit: number, store: MemoryStore, addressOf: AddressOf): RateLimits['wrongKeys'] => {
  const counter = rateLimit({
    ...{ ...USUAL, store, limit, standardHeaders: false, keyGenerator: addressOf },
    handler: (_request, _response, next) => next(),
  });
  return {
    check: async (request, response, next) => {
      const showsNone = request.headers.authorization === undefined;
      const counted = showsNone ? undefined : await counter.getKey(addressOf(request));
      if (counted === undefined || counted.totalHits < limit) {
        next();
        return;
      }
      response.locals.refused = { address: addressOf(request) };
      const retryAfterMs = Math.max(1, Number(counted.resetTime) - Date.now());
      throw refused(
        'Too many wrong tokens came from this address (MAX_WRONG_KEYS_PER_ADDRESS).',
        retryAfterMs,
      );
    },
    count: (error: unknown, request, response, next) => {
      // Who shows none guesses none.
      const isWrongKey = error instanceof QueueError && error.code === 'unauthorized';
      if (isWrongKey && request.headers.authorization !== undefined) {
        response.locals.refused = { address: addressOf(request) };
        void counter(request, response, () => next(error));
      } else next(error);
    },
  };
};

const refused = (why: string, retryAfterMs: number): QueueError =>
  new QueueError('rate_limited', `${why} Send again after ${retryAfterMs} ms.`, {
    details: { retryAfterMs },
  });
