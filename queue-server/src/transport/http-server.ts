import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { SecureOptions } from '../access/certificate.js';

/** Browsers send to localhost the cookies of every server that runs there. */
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
 * Makes an HTTP server that waits for no client longer than `handshakeTimeoutMs`: neither for a TLS handshake or a
 * first byte, nor for the rest of a request. One that does not take its answer is closed after three times as long.
 */
export const createHttpServer = (
  listener: RequestListener,
  { handshakeTimeoutMs, secure }: HttpServerOptions,
): Server => {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    // The gate says what is wrong with `Host`.
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
