import { ApiError } from '@typed-queue/contracts';
import type { RequestListener, Server } from 'node:http';
import type { Logger } from 'pino';
import { RefusalCounts } from './access/refusal-counts.js';
import { healthPages } from './http/health-pages.js';
import { servePages, type Page } from './http/pages.js';
import { limitsOf } from './limits.js';
import { DEFAULT_HOST, type ServingOptions } from './server-options.js';
import { createHttpServer, listen } from './transport/http-server.js';

const RETRY_AFTER_MS = 1_000;
const WAITING = 'another server owns the data';

/**
 * While another server owns the data, listens where this one will: `/livez` says that it lives, `/readyz` that it takes no
 * messages yet, and clients are refused until they come again. A platform that waits for the port keeps the process.
 */
export class Standby {
  readonly #options: ServingOptions;
  readonly #logger: Logger;
  #http: Server | undefined;
  #port: number | undefined;

  constructor(options: ServingOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
  }

  /** Where it listened, so that the server listens at the same. Undefined: it never had to. */
  get port(): number | undefined {
    return this.#port;
  }

  /** Listens from `onWaiting` on, until what opens has opened or failed; the port is free then. */
  async during<T>(open: (onWaiting: () => Promise<void>) => Promise<T>): Promise<T> {
    try {
      return await open(() => this.#listen());
    } finally {
      await this.#close();
    }
  }

  /** @throws an Error with a `code` when the port is taken */
  async #listen(): Promise<void> {
    const { host = DEFAULT_HOST, port = 0, tls } = this.#options;
    this.#http = createHttpServer(this.#pages(), { ...limitsOf(this.#options), secure: tls?.options });
    const url = await listen(this.#http, { host, port, tls });
    this.#port = Number(new URL(url).port);
    this.#http.on('error', this.#failed);
    this.#logger.info(`${WAITING}: this one waits at ${url} until it ends`);
  }

  async #close(): Promise<void> {
    const http = this.#http;
    this.#http = undefined;
    if (http?.listening !== true) return;
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    http.closeAllConnections();
    await closed;
  }

  #pages(): RequestListener {
    const health = healthPages(() => [{ check: 'storage', problem: WAITING }]);
    return servePages([...health, EVERYTHING_ELSE], {
      refusals: new RefusalCounts(),
      onError: this.#failed,
    });
  }

  readonly #failed = (err: unknown): void => {
    this.#logger.warn({ err }, 'a failure while this server waits');
  };
}

const EVERYTHING_ELSE: Page = {
  path: { pattern: /^/, name: 'any path' },
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'],
  answer: () => {
    throw new ApiError('storage_unavailable', `This server waits: ${WAITING}. Try again in a moment.`, {
      details: { retryAfterMs: RETRY_AFTER_MS },
    });
  },
};
