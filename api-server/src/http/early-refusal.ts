import type { ApiError } from '@typed-queue/contracts';
import { expectationFailed } from '@typed-queue/program';
import type { RequestHandler } from 'express';
import { STATUS_CODES } from 'node:http';
import { problemOf } from './problem.js';

/** A whole answer, for a request that never became one: a problem document. */
export const earlyRefusal = (error: ApiError, requestId: string): string => {
  const problem = problemOf(error, { path: '/', requestId });
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
};

/** Refuses what `Expect` asks for, besides `100-continue`, which Node does by itself. */
export const expectations: RequestHandler = (request, _response, next) => {
  const expected = request.get('expect');
  if (expected !== undefined && expected.toLowerCase() !== '100-continue') throw expectationFailed();
  next();
};
