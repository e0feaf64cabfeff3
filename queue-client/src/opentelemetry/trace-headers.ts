import type { Context } from '@opentelemetry/api';
import { MAX_HEADERS_BYTES, type Headers } from '@typed-queue/contracts';
import type { OpenTelemetryApi } from './open-telemetry-api.js';

/** The headers that continue a trace. */
export const traceHeaders = ({ propagation }: OpenTelemetryApi, context: Context): Headers => {
  const headers: Record<string, string> = {};
  propagation.inject(context, headers);
  return headers;
};

/** Of options or a message, as plain JavaScript may pass them. */
export const headersOf = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && 'headers' in given ? given.headers : undefined;

/**
 * Options or a message with these headers as well. Unchanged when the headers would be too large, since tracing makes no
 * message invalid, and when it has a wrong form, which the publisher refuses.
 */
export const withHeaders = <T>(given: T, added: Headers): T => {
  const own = headersOf(given);
  if (typeof given !== 'object' || given === null) return given;
  if (own !== undefined && (typeof own !== 'object' || own === null)) return given;
  const headers = { ...own, ...added };
  return fits(headers) ? { ...given, headers } : given;
};

const encoder = new TextEncoder();

const fits = (headers: object): boolean =>
  encoder.encode(JSON.stringify(headers)).byteLength <= MAX_HEADERS_BYTES;
