import type { RequestListener } from 'node:http';
import type { Certificate } from '../access/certificate.js';
import { createHttpServer, type HttpServerOptions } from './http-server.js';
import { TlsHandshakes } from './tls-handshakes.js';

/** An HTTP server that does not listen yet; with a certificate it takes TLS only. */
export const openHttp = (
  listener: RequestListener,
  limits: Pick<HttpServerOptions, 'handshakeTimeoutMs'>,
  certificate: Certificate | undefined,
) => {
  const http = createHttpServer(listener, {
    handshakeTimeoutMs: limits.handshakeTimeoutMs,
    secure: certificate?.options,
  });
  return { http, tlsHandshakes: certificate && new TlsHandshakes(http) };
};
