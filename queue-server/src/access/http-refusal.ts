import type { ApiError, ApiErrorCode } from '@typed-queue/contracts';
import { httpStatusOf, REFUSAL_STATUSES } from '@typed-queue/program';

/** The HTTP status of each error with which this server refuses a request; any other is 500. */
export const HTTP_STATUSES: Readonly<Partial<Record<ApiErrorCode, number>>> = {
  ...REFUSAL_STATUSES,
  transport_unsupported: 400,
  closed: 503,
  storage_full: 503,
  storage_unavailable: 503,
  storage_failed: 503,
};

/** The answer to a request that is refused. */
export interface HttpRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** The error as JSON. */
  readonly text: string;
}

export const httpRefusal = (error: ApiError): HttpRefusal => {
  const status = httpStatusOf(error, HTTP_STATUSES);
  const text = `${JSON.stringify(error)}\n`;
  const { retryAfterMs } = error.details;
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      connection: 'close',
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="typed-queue"' } : {}),
      ...(typeof retryAfterMs === 'number' ? { 'retry-after': Math.ceil(retryAfterMs / 1_000) } : {}),
    },
    text,
  };
};
