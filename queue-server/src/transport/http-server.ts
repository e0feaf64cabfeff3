import { createServer, type RequestListener, type Server } from 'node:http';

/** Browsers send to localhost the cookies of every server that runs there. */
const MAX_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 5_000;
const MIN_CHECK_MS = 50;

/**
 * Makes an HTTP server that waits for no client longer than `handshakeTimeoutMs` (milliseconds): neither for a first
 * byte, nor for the rest of a request. One that does not take its answer is closed after three times as long.
 */
export const createHttpServer = (listener: RequestListener, handshakeTimeoutMs: number): Server => {
  const http = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      // The gate says what is wrong with `Host`.
      requireHostHeader: false,
      headersTimeout: handshakeTimeoutMs,
      requestTimeout: handshakeTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.max(MIN_CHECK_MS, handshakeTimeoutMs / 10),
    },
    listener,
  );
  http.timeout = 3 * handshakeTimeoutMs;
  return http;
};
