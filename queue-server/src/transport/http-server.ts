import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { urlHost } from '@typed-queue/program';
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

export interface Place {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Whether it listens by TLS: undefined if not. */
  readonly tls: unknown;
}

/** Resolves with its URL when it listens. @throws an Error with a `code`, such as EADDRINUSE */
export const listen = (http: Server, { host, port, tls }: Place): Promise<string> =>
  new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      // Safe: a server that listens on a port has an address of this kind.
      const address = http.address() as AddressInfo;
      resolve(`${tls === undefined ? 'http' : 'https'}://${urlHost(host)}:${address.port}`);
    });
  });
