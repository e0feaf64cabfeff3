import { ApiError, type ApiErrorCode } from '@typed-queue/contracts';

type Statuses = Readonly<Partial<Record<ApiErrorCode, number>>>;

/** The HTTP status of each error with which any server may refuse a request. */
export const REFUSAL_STATUSES = {
  request_invalid: 400,
  unauthorized: 401,
  auth_expired: 401,
  forbidden: 403,
  host_refused: 403,
  origin_refused: 403,
  route_unknown: 404,
  method_unsupported: 405,
  request_timeout: 408,
  body_too_large: 413,
  expectation_failed: 417,
  rate_limited: 429,
  headers_too_large: 431,
  auth_unavailable: 503,
  draining: 503,
  overloaded: 503,
} as const satisfies Statuses;

/** The HTTP status of an error; 500 when it is not in the table. */
export const httpStatusOf = (error: unknown, statuses: Statuses): number =>
  (error instanceof ApiError ? statuses[error.code] : undefined) ?? 500;
