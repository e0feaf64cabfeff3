import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { principalOf } from './authentication.js';
import { contextOf } from './request-context.js';

const MAX_URL = 300;
/** What people put into a URL that must not be logged. */
const SECRETS = /([?&][^=&]*(?:token|key|secret|password|jwt|authorization)[^=&]*=)[^&]*/gi;

/** Asked every few seconds by whoever watches the process. */
const PROBES = ['/livez', '/readyz'];

const levelOf = (path: string, { statusCode }: Response): 'debug' | 'info' | 'warn' => {
  if (statusCode >= 500) return 'warn';
  return PROBES.includes(path) ? 'debug' : 'info';
};

/** A line for each request, when it was answered or its client went away. `now`: milliseconds. */
export const requestLog =
  (logger: Logger, now: () => number): RequestHandler =>
  (request, response, next) => {
    const began = now();
    const { method, path } = request;
    const url = request.originalUrl.replace(SECRETS, '$1(hidden)').slice(0, MAX_URL);
    response.once('close', () => {
      const code: unknown = response.locals.code;
      const principal = principalOf(response);
      logger[levelOf(path, response)](
        {
          ...contextOf(response),
          ...(principal === undefined || principal.kind === 'everybody' ? {} : { principal: principal.name }),
          ...(code === undefined ? {} : { code }),
          // Safe: whoever refuses a request for what it comes from sets it to an object, or undefined.
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
