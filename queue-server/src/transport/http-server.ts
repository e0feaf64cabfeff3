import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { SecureOptions } from '../access/certificate.js';

/** Browsers send to localhost the cookies of all its servers. */
const MAX_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 5_000;
const MIN_CHECK_MS = 50;

export interface HttpServerOptions {
  /** Milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** Undefined: without TLS. */
  readonly secure?: SecureOptions | undefined;
}

/**
 * Creates an HTTP server that waits at most `handshakeTimeoutMs` for each of a TLS handshake, a first byte and the rest
 * of a request, and three times as long for a client to read its answer.
 */
export const createHttpServer = (
  listener: RequestListener,
  { handshakeTimeoutMs, secure }: HttpServerOptions,
): Server => {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    // `filterRequests` answers what is wrong with `Host`.
    requireHostHeader: false,
    headersTimeout: handshakeTimeoutMs,
    requestTimeout: handshakeTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.max(MIN_CHECK_MS, handshakeTimeoutMs / 10),
  };
  const http =
    secure === undefined
      ? createServer(options, listener)
      : createSecureServer({ ...options, ...secure, handshakeTimeout: handshakeTimeoutMs }, listener);
  http.timeout = 3 * handshakeTimeoutMs;
  return http;
};
