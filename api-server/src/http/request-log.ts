import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { principalOf } from './authentication.js';
import { PROBES } from './health.js';
import { contextOf } from './request-context.js';

const MAX_URL = 300;

const levelOf = (path: string, { statusCode }: Response): 'debug' | 'info' | 'warn' => {
  if (statusCode >= 500) return 'warn';
  return PROBES.includes(path) ? 'debug' : 'info';
};

/** The path and the names of known parameters: values are data, and anything else may be a credential. */
const loggedUrl = (url: string, known: ReadonlySet<string>): string => {
  const [path = '', ...search] = url.split('?');
  const names = [...new URLSearchParams(search.join('?')).keys()];
  if (names.length === 0) return path.slice(0, MAX_URL);
  return `${path}?${names.map((name) => (known.has(name) ? name : '(hidden)')).join('&')}`.slice(0, MAX_URL);
};

interface RequestLogOptions {
  readonly logger: Logger;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
  /** The names of parameters that may be logged. */
  readonly parameters: ReadonlySet<string>;
}

/** A line for each request, when it was answered or its client went away. */
export const requestLog =
  ({ logger, now, parameters }: RequestLogOptions): RequestHandler =>
  (request, response, next) => {
    const began = now();
    const { method, path } = request;
    const url = loggedUrl(request.originalUrl, parameters);
    response.once('close', () => {
      const code: unknown = response.locals.code;
      const principal = principalOf(response);
      logger[levelOf(path, response)](
        {
          ...contextOf(response),
          ...(principal === undefined || principal.kind === 'everybody' ? {} : { principal: principal.name }),
          ...(code === undefined ? {} : { code }),
          // Safe: admission and rate limits set it to an object, or undefined.
          ...(response.locals.refused as object | undefined),
          ms: Math.round((now() - began) * 10) / 10,
        },
        response.writableFinished
          ? `${method} ${url} ${response.statusCode}`
          : `${method} ${url}: the client went away`,
      );
    });
    next();
  };
