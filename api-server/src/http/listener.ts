import { refuseUnreadable, urlHost } from '@typed-queue/program';
import type { Express } from 'express';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { earlyRefusal } from './early-refusal.js';

/** An API that answers requests. */
export interface Listener {
  readonly url: string;
  /** Takes no more connections, and waits up to `patienceMs` for the requests in progress. */
  close(patienceMs: number): Promise<void>;
}

/** Longer than routers keep theirs: one must not send a request over a connection that ends at this moment. */
const KEEP_ALIVE_MS = 65_000;

/** @throws Error with the `code` of the system when it cannot listen there */
export const listen = async (app: Express, host: string, port: number): Promise<Listener> => {
  // The admission says what is wrong with `Host`.
  const server = createServer({ requireHostHeader: false }, app);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('checkExpectation', app);
  refuseUnreadable(server, (error) => earlyRefusal(error, randomUUID()));
  server.on('request', (_request, response) => {
    // The connection would wait for another request.
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Safe: a server that listens on a port has an address of this kind.
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${urlHost(host)}:${actualPort}`,
    close: async (patienceMs) => {
      const closed = new Promise((resolve) => server.close(resolve));
      const end = setTimeout(() => server.closeAllConnections(), patienceMs);
      await closed;
      clearTimeout(end);
    },
  };
};
